#!/usr/bin/perl
# markdown_seen.pl BLOCKS HTML - the text of each block (NDJSON) stands in the
# HTML that a renderer made of their Markdown, in its order
#
# White space, dollars around formulas and backslashes inside of them are not
# looked at.  Exit 1 and the texts that are not there.
use strict;
use warnings;
use JSON::PP;

my ($blocks, $html) = @ARGV;
my $json = JSON::PP->new->utf8;

sub bytes_of {
	my ($name) = @_;
	local $/;
	open my $in, '<', $name or die "$name: $!\n";
	return scalar <$in>;
}

sub plain {
	my ($t) = @_;
	$t =~ s/<img [^>]*?alt="([^"]*)"[^>]*>/$1/g;
	$t =~ s/<[^>]*>//g;
	my %name = (lt => '<', gt => '>', quot => '"', amp => '&');
	$t =~ s/&(?:#(\d+)|(lt|gt|quot|amp));/defined $1 ? chr $1 : $name{$2}/ge;
	return $t;
}

sub bare {
	my ($t) = @_;
	$t =~ s/[\s\$\\]+//g;
	return $t;
}

# Lists of pieces, each as one text; of a table row there are several.
sub texts {
	my ($v) = @_;
	return () if ref $v ne 'ARRAY' || !@$v;
	return map { texts($_) } @$v if ref $v->[0] eq 'ARRAY';
	return join '', map { ref $_->{text} eq 'HASH' ? $_->{text}{content} :
	    $_->{plain_text} // '' } @$v;
}

my $seen = bare(plain(bytes_of($html)));
my ($at, $count, $faults) = (0, 0, 0);
open my $in, '<', $blocks or die "$blocks: $!\n";
while (<$in>) {
	my $b = $json->decode($_);
	my $own = $b->{$b->{type} // ''};
	next if ref $own ne 'HASH';
	my @texts = map { texts($own->{$_}) }
	    qw(title rich_text text cells caption);
	push @texts, grep { defined && !ref } map { $own->{$_} }
	    qw(title expression);
	@texts = grep { $_ ne '' } map { utf8::encode($_); bare($_) } @texts;
	my $last = $at;
	for my $text (@texts) {
		$count++;
		my $found = index $seen, $text, $at;
		if ($found == -1) {
			$faults++;
			print "# not there: $b->{type}: $text\n";
		} elsif ($found > $last) {
			$last = $found;
		}
	}
	$at = $last;
}
print "# $count texts, $faults of them not there\n";
exit($faults || !$count ? 1 : 0);
