#!/usr/bin/perl
# markdown_law.pl ROUNDS SEED [CMARK [ARGUMENT...]] - random rich text through
# notion-markdown and a CommonMark renderer: each character has to come out as
# itself, in its place, in the styles it had.
#
# NT_TEXTS names a file of lines with a member "markdown", whose texts are used
# as well.
#
# Each block stands between two marks, so that what it becomes is known.  Of
# the HTML only characters and styles are looked at: a style is a tag (strong
# or b), a color a span, a link an href.
use strict;
use warnings;
use utf8;
use JSON::PP;

my ($rounds, $seed, @cmark) = @ARGV;
@cmark = qw(cmark --unsafe) if !@cmark;
srand($seed);
binmode STDOUT, ':utf8';
my $json = JSON::PP->new->canonical->utf8;
my $tables = grep { $_ eq 'table' } @cmark;
my $tasks = grep { $_ eq 'tasklist' } @cmark;
my $page = '11111111-1111-4111-8111-111111111111';

# ---- what is said ----

my @words = ('a', 'Elm', 'x1', 'été', 'Ω', '木', '🌱', '42', 'true', '—', '…',
    "\x{a0}", '“q”', 'é');
my @marks = (split(//, q{*_`~#>-+=|\\[]()<>{}!&$^:;.,'"/@%?}), '**', '__',
    '***', '`` ', '```', '~~', '~~~', '<b>', '</b>', '<!-- x -->', '&amp;',
    '&#42;', '&copy', '[x](y)', '![x](y)', '[^1]', '[x]: y', 'http://a.b',
    'www.a.b', ':smile:', '$x$', '$$', '1.', '2)', '- ', '+ ', '* ', '# ',
    '## ', '> ', '---', '===', '***', '- [ ] ', '| a | b |', '|---|', "\t",
    '    ', '==x==', '%%x%%', '\\\\', '\\*', '<br>', '<p>', '{{x}}', '#tag',
    '[[w]]', '^id', '123456789. ', '1234567890. ');
my @spaces = (' ', ' ', ' ', '  ', "\n", "\n\n", '');
my @colors = ('red', 'blue_background');
my @urls = ('https://e.org/a_b*c?d=1&e=2#f', 'mailto:a@b.c',
    'https://e.org/(x)', 'https://e.org/a b', 'x"y<z>', 'https://e.org/&amp;');

sub pick { $_[int rand @_] }

my @texts;
if (my $name = $ENV{NT_TEXTS}) {
	open my $in, '<', $name or die "$name: $!\n";
	push @texts, map { $json->decode($_)->{markdown} } <$in>;
	# what no text can hold is tested one by one
	@texts = grep { defined && length && !/[\0\r]/ } @texts;
}

sub text {
	my $t = @texts && rand() < .5 ? pick(@texts) : '';
	for (0 .. rand 5) {
		my $what = rand;
		$t .= $what < .4 ? pick(@words) : $what < .7 ? pick(@marks) :
		    pick(@spaces);
	}
	return $t;
}

sub item {
	my %notes = map { $_ => rand() < .15 ? JSON::PP::true :
	    JSON::PP::false }
	    qw(bold italic strikethrough underline code);
	$notes{color} = rand() < .1 ? pick(@colors) : 'default';
	my $t = text();
	my $link = rand() < .12 ? { url => pick(@urls) } : undef;
	return { type => 'text', annotations => \%notes, plain_text => $t,
	    href => $link ? $link->{url} : undef,
	    text => { content => $t, link => $link } };
}

my @types = qw(paragraph paragraph paragraph heading_1 heading_3 quote
    bulleted_list_item numbered_list_item to_do toggle callout);
my %holds = map { $_ => 1 } qw(paragraph quote bulleted_list_item
    numbered_list_item to_do toggle callout);
my $ids = 0;

sub record {
	my ($type, $parent, $own) = @_;
	my $id = sprintf '33333333-3333-4333-8333-%012x', ++$ids;

	return { object => 'block', id => $id, type => $type, $type => $own,
	    parent => $parent };
}

sub rich {
	my ($most) = @_;
	return [map { item() } 0 .. rand $most];
}

sub below {
	my ($block) = @_;
	return { type => 'block_id', block_id => $block->{id} };
}

# A block and what hangs on it, parents first.
sub blocks {
	my ($parent, $depth) = @_;
	my $b;

	if ($depth == 0 && $tables && rand() < .1) {
		$b = record('table', $parent, { has_column_header =>
		    rand() < .7 ? JSON::PP::true : JSON::PP::false });
		return ($b, map { record('table_row', below($b),
		    { cells => [rich(2), rich(2)] }) } 0 .. rand 3);
	}
	$b = record(pick(@types), $parent, { rich_text =>
	    rand() < .05 ? [] : rich(4),
	    color => rand() < .15 ? 'red' : 'default' });
	return $b if !$holds{$b->{type}} || $depth > 5 || rand() < .6;
	return ($b, map { blocks(below($b), $depth + 1) } 0 .. rand 3);
}

# Its characters, each with its styles.
sub meant {
	my ($rich) = @_;
	my @out;

	for my $i (@$rich) {
		my $n = $i->{annotations};
		my $style = join '', map { $n->{$_} ? substr($_, 0, 1) : '' }
		    qw(bold italic strikethrough underline code);
		my $color = $n->{color} eq 'default' ? '' :
		    $n->{color} =~ s/_background/_bg/r;
		push @out, map { [$_, "$style/$color/" . ($i->{href} // '')] }
		    split //, $i->{text}{content};
	}
	return \@out;
}

# ---- what came out ----

my %letter = (strong => 'b', b => 'b', em => 'i', i => 'i', s => 's',
    del => 's', u => 'u', code => 'c');

sub plain {
	my ($t) = @_;
	$t =~ s/&lt;/</g;
	$t =~ s/&gt;/>/g;
	$t =~ s/&quot;/"/g;
	$t =~ s/&#(\d+);/chr $1/ge;
	$t =~ s/&amp;/&/g;
	return $t;
}

sub unescape_url {
	my ($t) = @_;
	$t = plain($t);
	utf8::encode($t);
	$t =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ge;
	utf8::decode($t);
	return $t;
}

# The characters of a piece of HTML with their styles.
sub seen {
	my ($html) = @_;
	my (%on, @color, @href, @out);

	while ($html =~ /\G(?:<(\/?)([a-z0-9-]+)([^>]*)>|([^<]))/gc) {
		my ($end, $tag, $rest, $char) = ($1, $2, $3, $4);
		if (defined $char) {
			if ($char eq '&' && $html =~ /\G(#?\w+;)/gc) {
				$char = plain("&$1");
			}
			push @out, [$char, join('', map { $on{$_} ? $_ : '' }
			    qw(b i s u c)) . '/' . ($color[-1] // '') . '/' .
			    ($href[-1] // '')];
		} elsif ($tag eq 'br') {
			$html =~ /\G\n/gc;
			push @out, ["\n", '?'];
		} elsif (my $l = $letter{$tag}) {
			$on{$l} += $end ? -1 : 1;
		} elsif ($tag eq 'span') {
			$end ? pop @color : push @color,
			    $rest =~ /color="(\w+)"/;
		} elsif ($tag eq 'a') {
			$end ? pop @href : push @href,
			    unescape_url($rest =~ /href="([^"]*)"/);
		}
	}
	return \@out;
}

# ---- one against the other ----

sub show { join '', map { $_->[0] eq "\n" ? '\\n' : $_->[0] } @{$_[0]} }

sub difference {
	my ($want, $got) = @_;

	return 'characters: ' . show($want) . "\n#      became: " . show($got)
	    if show($want) ne show($got);
	for my $i (0 .. $#$want) {
		my ($c, $w) = @{$want->[$i]};
		my $g = $got->[$i][1];
		my ($ws, $gs) = map { unescape_url($_) } $w, $g;
		# GFM makes a link of an address whatever stands before "@"
		$gs =~ s{/mailto:[^/]*@[^/]*$}{/} if $ws =~ m{/$};
		next if $c eq "\n" || $ws eq $gs;
		return "style of '$c' at $i is $g, not $w, in " . show($want);
	}
	return undef;
}

my ($top, $records, $faults) = ({ type => 'page_id', page_id => $page });
my @groups;
$records = $json->encode({ object => 'page', id => $page }) . "\n";
for my $n (0 .. $rounds - 1) {
	push @groups, [blocks($top, 0)];
	$records .= $json->encode($_) . "\n" for record('paragraph', $top,
	    { rich_text => [{ type => 'text',
	    text => { content => "mark${n}mark" } }] }), @{$groups[-1]};
}

sub through {
	my ($text, @command) = @_;
	my $name = "law.$$";

	open my $file, '>', $name or die "$name: $!\n";
	print $file $text;
	close $file;
	my $result = do {
		local $/;
		open my $pipe, '-|', 'sh', '-c', '"$@" <"$0"', $name, @command
		    or die "$command[0]: $!\n";
		my $r = <$pipe>;
		close $pipe or die "$command[0] failed\n";
		$r;
	};
	unlink $name;
	return $result;
}

my $markdown = through($records, split ' ',
    $ENV{NT_MARKDOWN} // 'notion-markdown');
$markdown =~ s/\A---\n.*?\n---\n//s;
my $html = through($markdown, @cmark);
utf8::decode($markdown);
utf8::decode($html);
my @source = split /mark\d+mark\n/, $markdown;
my @pieces = split m{<p>mark\d+mark</p>\n}, $html;
shift @source;
shift @pieces;
my $tags = 'p|h\d|[uo]l|li|blockquote|callout|quote|toggle|todo|table|thead|' .
    'tbody|t[rdh]';
$faults = 0;
for my $n (0 .. $#groups) {
	my @want = map { @{meant($_)} } map { my $own = $_->{$_->{type}};
	    $own->{cells} ? @{$own->{cells}} : ($own->{rich_text} // []) }
	    @{$groups[$n]};
	my $got = $pieces[$n] // '';
	# what a block is, and the line ends that are the renderer's
	$got =~ s{<input [^>]*> ?}{}g;
	$got =~ s{(<li>|<p>)\[[ x]\](?: |(?=<)|\n)}{$1}g if !$tasks;
	$got =~ s{(</?(?:$tags)\b[^>]*>)\n+}{$1}g;
	$got =~ s{\n+(?=</?(?:$tags)\b)}{}g;
	$got =~ s{\n+\z}{};
	my $why = difference(\@want, seen($got));
	next if !defined $why;
	$faults++;
	print "# seed $seed group $n: $why\n", "#  source: ", $source[$n] =~
	    s/\n+\z//r =~ s/\n/\n#          /gr, "\n" if $faults < 5;
}
print "# $faults of $rounds groups\n" if $faults;
exit($faults ? 1 : 0);
