#!/usr/bin/perl
# markdown_formulas.pl SEED COUNT - blocks, a line each, with random formulas
# in texts and alone, made of what Markdown and TeX both take for theirs
use strict;
use warnings;
use JSON::PP;

my ($seed, $count) = @ARGV;
srand($seed);
my $json = JSON::PP->new->canonical->utf8;
my @parts = (split(' ', 'a b x 1 2 + - = * _ ^ { } ( ) [ ] | < > & \\ \\\\ ' .
    '\\{ \\frac \\sum_ x_1 }_2 * ** __ ` ~ $ # ! : . 2. -- == &amp; <b> ' .
    '[a](b)'), ' ', ' ', ' ', "\n", "\n");

sub formula { join '', map { $parts[rand @parts] } 0 .. rand 8 }

sub text {
	my ($t, %style) = @_;
	return { type => 'text', plain_text => $t, text => { content => $t },
	    annotations => { map { $_ => JSON::PP::true } keys %style } };
}

for my $n (1 .. $count) {
	my $type = rand() < .4 ? 'equation' : 'paragraph';
	my @rich = map { my $f = formula(); { type => 'equation',
	    plain_text => $f, equation => { expression => $f } } } 0 .. rand 3;
	splice @rich, rand @rich, 0, text('_it* is_', italic => 1),
	    text(' bold', bold => 1);
	print $json->encode({ object => 'block', type => $type,
	    id => sprintf('33333333-3333-4333-8333-%012x', $n), $type =>
	    $type eq 'equation' ? { expression => formula() } :
	    { rich_text => \@rich } }), "\n";
}
