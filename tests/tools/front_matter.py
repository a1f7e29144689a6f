#!/usr/bin/env python3
"""front_matter.py - front matter against what the records say

    front_matter.py make SEED COUNT    pages with names and values that are
                                       hard on YAML, as lines
    front_matter.py check FILE DIR     the front matter of DIR/pages/*-ID.md
                                       says, to PyYAML and to libyaml, what the
                                       pages in FILE do

Exit 0 if it is so; 1 and what is wrong if not.
"""
import datetime
import json
import os
import random
import re
import sys

WORDS = ['', 'a', 'yes', 'No', 'null', '~', 'true', '1', '0x1f', '1e3', '1:30',
         '1_000', '.inf', '-', '- a', '? a', ': ', 'a: b', 'a #b', '#a', '&a',
         '*a', '!a', '!!str a', '%a', '@a', '`a', '|', '>', '{a}', '[a]', '"',
         "'", '\\', '\\n', '\n', 'a\nb', '\t', ' a', 'a ', '---', '...', '=',
         '<<', '2026-01-02', '2026-01-02T03:04:05Z', '\u00e9', '\u2028',
         '\u0085', '\ufeff', '\u00a0', '\U0001f331', '\\U0001F331', '\x00',
         '\x07', '\x1b', '\x7f', '\x9f', '\ud83d', '\udf31', '\ufffe', 'y',
         'id', 'url', 'properties', 'a' * 200, '\u6728' * 100, '\\x41', ',',
         '\u202e', '\r', '\r\n', 'Off', 'NaN', '12e03', '0o7', '010', '+1']
NUMBERS = [0, 1, -1, 1.5, 1e21, 1e-7, -2.5e-10, 123456789012345680, 0.1,
           1e300, 5e-324]
DATES = ['2026-02-28', '2026-02-30', '2026-13-01', '0001-01-01', '9999-12-31',
         '2026-02-28T09:00:00.000Z', '2026-02-28T09:00:00.000+05:30',
         '2026-02-28T25:00:00.000Z', '2026-02-28T09:00:00.000', 'soon',
         '2026-02-28T09:00:00-08:00', '2024-02-29', '2023-02-29']


def text(rng):
    return ''.join(rng.choice(WORDS) for _ in range(rng.randint(1, 3)))


def rich(s):
    return [{'type': 'text', 'text': {'content': s}, 'plain_text': s}]


def value(rng):
    """A property of a random type."""
    date = {'start': rng.choice(DATES), 'end': rng.choice([None] + DATES),
            'time_zone': rng.choice([None, None, 'Europe/Berlin'])}
    kind, v = rng.choice([
        ('rich_text', rich(text(rng))), ('number', rng.choice(NUMBERS)),
        ('checkbox', rng.random() < .5), ('select', {'name': text(rng)}),
        ('multi_select', [{'name': text(rng)} for _ in range(rng.randint(0, 3))]),
        ('date', date), ('date', None), ('url', text(rng)), ('email', None),
        ('people', [{'object': 'user', 'id': 'u', 'name': text(rng)}]),
        ('formula', {'type': 'number', 'number': rng.choice(NUMBERS)}),
        ('formula', {'type': 'string', 'string': text(rng)}),
        ('rollup', {'type': 'array', 'array': [
            {'type': 'rich_text', 'rich_text': rich(text(rng))}]}),
        ('unique_id', {'prefix': rng.choice([None, 'A']), 'number': 7})])
    return {'id': 'x%d' % rng.getrandbits(40), 'type': kind, kind: v}


def make(seed, count):
    rng = random.Random(seed)
    for n in range(count):
        names = {text(rng) for _ in range(rng.randint(0, 8))}
        page = {'object': 'page',
                'id': '00000000-0000-4000-8000-%012x' % n,
                'parent': {'type': 'workspace', 'workspace': True},
                'url': text(rng), 'icon': {'type': 'emoji', 'emoji': '\u2728'},
                'created_time': rng.choice(DATES),
                'properties': {name: value(rng) for name in sorted(names)}}
        print(json.dumps(page))


# ---- what the records say ----

def clean(s):
    """Without what YAML cannot hold: halves of surrogate pairs."""
    s = s.encode('utf-16', 'surrogatepass').decode('utf-16', 'replace')
    return re.sub('[\ud800-\udfff]', '\ufffd', s)


def halves(s):
    return re.search('[\ud800-\udfff]', s.encode(
        'utf-16', 'surrogatepass').decode('utf-16', 'surrogatepass'))


def moment(s):
    if s is None:
        return None
    if re.fullmatch(r'\d{4}-\d\d-\d\d', s):
        try:
            day = datetime.date.fromisoformat(s)
            return day if 1 < day.year < 9999 else s
        except ValueError:
            return s
    if re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?'
                    r'(Z|[+-]\d\d:\d\d)', s):
        try:
            return datetime.datetime.fromisoformat(s.replace('Z', '+00:00'))
        except ValueError:
            pass
    return clean(s)


def plain(items):
    parts = []
    for i in items or []:
        t = i.get('text')
        if isinstance(t, dict) and isinstance(t.get('content'), str):
            parts.append(t['content'])
        elif isinstance(i.get('equation'), dict):
            parts.append(i['equation']['expression'])
        else:
            parts.append(i.get('plain_text', ''))
    return clean(''.join(parts)) or None


def date(v):
    if v is None:
        return None
    if v.get('end') is None and v.get('time_zone') is None:
        return moment(v.get('start'))
    return {k: f(v[k]) for k, f in (('start', moment), ('end', moment),
                                    ('time_zone', clean))
            if v.get(k) is not None}


def user(v):
    return None if v is None else clean(v.get('name') or v.get('id'))


def any_json(v):
    if isinstance(v, str):
        return clean(v)
    if isinstance(v, list):
        return [any_json(e) for e in v]
    if isinstance(v, dict):
        return {clean(k): any_json(e) for k, e in v.items()}
    return v


def name_of(v):
    return None if v is None or v.get('name') is None else clean(v['name'])


def result(v):
    kind = v.get('type')
    own = v.get(kind)
    if kind in ('unsupported', 'incomplete'):
        return {'result': kind}
    if kind == 'date':
        return date(own)
    if isinstance(own, list):
        return [natural(e) for e in own]
    return any_json(own)


def natural(prop):
    """The value that is meant, or a function that says whether it is."""
    kind = prop.get('type')
    if kind not in prop:
        return any_json(prop)
    v = prop[kind]
    simple = {
        'title': plain, 'rich_text': plain, 'text': plain,
        'select': name_of, 'status': name_of, 'date': date,
        'multi_select': lambda v: [name_of(e) for e in v],
        'people': lambda v: [user(e) for e in v],
        'created_by': user, 'last_edited_by': user,
        'created_time': moment, 'last_edited_time': moment,
        'last_visited_time': moment,
        'formula': result, 'rollup': result, 'button': lambda v: None,
        'unique_id': lambda v: None if v['number'] is None else v['number']
        if not v.get('prefix') else '%s-%d' % (v['prefix'], v['number'])}
    if kind in ('files', 'relation', 'verification'):
        return SKIPPED          # tested one by one
    return simple.get(kind, any_json)(v)


SKIPPED = object()
RESERVED = ['id', 'parent', 'url', 'public_url', 'icon', 'cover',
            'created_time', 'created_by', 'last_edited_time',
            'last_edited_by', 'in_trash', 'archived', 'is_archived',
            'is_locked', 'properties']


def same(a, b):
    if isinstance(a, float) or isinstance(b, float):
        return (isinstance(a, (int, float)) and isinstance(b, (int, float)) and
                not isinstance(a, bool) and float(a) == float(b))
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    return type(a) is type(b) and a == b


def differences(page, front):
    """What front says otherwise than the page."""
    wanted = {'id': page['id']}
    if 'created_time' in page:
        wanted['created_time'] = moment(page['created_time'])
    if 'url' in page:
        wanted['url'] = clean(page['url'])
    apart = {}
    for name, prop in page.get('properties', {}).items():
        key = clean(name)
        if key != name or halves(name):
            key += ' (%s)' % prop.get('id', '')
        (apart if name in RESERVED else wanted)[key] = natural(prop)
    own = front.pop('properties', {})
    extra = set(front) - set(wanted) - set(RESERVED)
    if extra:
        yield 'has %r' % sorted(extra)
    for said, meant in ((front, wanted), (own, apart)):
        for key, v in meant.items():
            if key not in said:
                yield 'lacks %r' % key
            elif v is not SKIPPED and not same(v, said[key]):
                yield '%r is %r, not %r' % (key, said[key], v)


def check(stream, folder):
    import yaml
    loaders = [yaml.SafeLoader]
    if hasattr(yaml, 'CSafeLoader'):
        loaders.append(yaml.CSafeLoader)
    files = {}
    for name in os.listdir(os.path.join(folder, 'pages')):
        files[name[:-3][-36:]] = os.path.join(folder, 'pages', name)
    pages = {}
    with open(stream, encoding='utf-8') as lines:
        for line in lines:
            record = json.loads(line)
            if record.get('object') == 'page' and 'id' in record:
                pages.setdefault(record['id'], record)
    faults = 0
    for id, page in pages.items():
        with open(files[id], encoding='utf-8', newline='') as f:
            whole = f.read()
        front = whole[4:whole.index('\n---\n', 3) + 1]
        for loader in loaders:
            try:
                read = yaml.load(front, Loader=loader)
            except yaml.YAMLError as e:
                read, wrong = None, [str(e)]
            else:
                wrong = list(differences(page, read))
            for what in wrong:
                faults += 1
                print('%s: %s: %s' % (loader.__name__, id, ascii(what)))
    print('%d pages, %d faults' % (len(pages), faults))
    return 1 if faults or not pages else 0


if sys.argv[1] == 'make':
    make(int(sys.argv[2]), int(sys.argv[3]))
else:
    sys.exit(check(sys.argv[2], sys.argv[3]))
