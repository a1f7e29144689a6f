#!/usr/bin/env python3
"""year.py - what tests/soak/year.sh does not leave to what it tests

usage	year.py edit URL SEED	makes one to five edits of a served workspace
	year.py keep [NAME...]	prints which of these backups are to be kept by
				7 days, 4 weeks and 12 months before the newest

Keeping is worked out here anew, from words: of each day, ISO week and month in
UTC the newest backup, as long as it is less than 7 days, 28 days or a year
older than the newest of all; and the oldest, if it is as young as that.
"""
import datetime
import json
import random
import re
import sys
import urllib.request


def ask(url, method, path, body=None):
    request = urllib.request.Request(
        url + '/v1/' + path, method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={'Authorization': 'Bearer any',
                 'Notion-Version': '2026-03-11',
                 'Content-Type': 'application/json'})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def text(dice, word):
    return [{'text': {'content': '%s %d' % (word, dice.randrange(10 ** 6))}}]


def edit(url, seed):
    dice = random.Random(int(seed))
    found = ask(url, 'POST', 'search', {
        'filter': {'property': 'object', 'value': 'page'}})['results']
    plain = [p for p in found if 'title' in p['properties']]
    for _ in range(dice.randint(1, 5)):
        page = dice.choice(plain)
        kind = dice.randrange(4)
        if kind == 0:
            ask(url, 'PATCH', 'pages/' + page['id'], {'properties': {
                'title': {'title': text(dice, 'title')}}})
        elif kind == 1:
            ask(url, 'PATCH', 'blocks/%s/children' % page['id'], {'children': [
                {'paragraph': {'rich_text': text(dice, 'a day in')}}]})
        elif kind == 2:
            ask(url, 'POST', 'pages', {
                'parent': {'page_id': page['id']}, 'properties': {
                    'title': {'title': text(dice, 'made')}}})
        else:
            made = [p for p in plain if p['properties']['title']['title'] and
                    p['properties']['title']['title'][0]['plain_text']
                    .startswith('made')]
            if made:
                gone = dice.choice(made)
                ask(url, 'PATCH', 'pages/' + gone['id'], {'in_trash': True})
                plain.remove(gone)


def time_of(name):
    stamp = re.search(r'(\d{8}T\d{6})Z', name).group(1)
    return datetime.datetime.strptime(stamp, '%Y%m%dT%H%M%S')


def keep(names):
    names = sorted(names, key=time_of, reverse=True)
    if not names:
        return
    newest = time_of(names[0])
    year = newest.replace(year=newest.year - 1)
    rules = [(newest - datetime.timedelta(days=7), lambda t: t.date()),
             (newest - datetime.timedelta(days=28),
              lambda t: t.isocalendar()[:2]),
             (year, lambda t: (t.year, t.month))]
    kept = set()
    for since, period in rules:
        last = None
        for name in names:
            time = time_of(name)
            if time > since and (period(time) != last or name == names[-1]):
                kept.add(name)
                last = period(time)
    for name in sorted(kept):
        print(name)


if __name__ == '__main__':
    {'edit': lambda: edit(*sys.argv[2:]),
     'keep': lambda: keep(sys.argv[2:])}[sys.argv[1]]()
