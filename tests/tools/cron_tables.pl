#!/usr/bin/perl
# cron_tables.pl FILE... - asks notion-cron each row of other programs' tables
#
# A row is an object as corpora/cron/README.md has it.  Prints how many agree
# and, by reason, how many do not; what has no reason is printed whole.
use strict;
use warnings;
use JSON::PP;
use Time::Local 'timegm';

my $json = JSON::PP->new;
my %count;

# notion-cron with these arguments, of which the expression is the last: its exit status, what it says.
sub ask {
	my $pid = open my $out, '-|';
	die "fork: $!\n" if !defined $pid;
	if ($pid == 0) {
		open STDERR, '>&', \*STDOUT or die "dup: $!\n";
		exec 'notion-cron', @_[0 .. $#_ - 1], '--', $_[-1] or die "notion-cron: $!\n";
	}
	my $said = do { local $/; <$out> } // '';
	close $out;
	return ($? >> 8, $said);
}

sub epoch {
	my ($text) = @_;
	return undef if !defined $text;
	$text =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)(\.\d+)?(?:Z|([+-])(\d+):(\d+))$/
	    or die "no time: $text\n";
	my $ahead = defined $8 ? ($9 * 60 + $10) * 60 * ($8 eq '-' ? -1 : 1) : 0;
	return timegm($6, $5, $4, $3, $2 - 1, $1) - $ahead +
	    (defined $7 && $7 > 0 ? .5 : 0);
}

sub rfc3339 {
	my @t = gmtime $_[0];
	return sprintf '%04d-%02d-%02dT%02d:%02d:%02d%sZ', $t[5] + 1900,
	    $t[4] + 1, @t[3, 2, 1, 0], $_[0] > int $_[0] ? '.5' : '';
}

# The zone of a row; some have an offset instead, which is that of India.
sub zone {
	my ($row) = @_;
	return $row->{tz} // ($row->{from} =~ /\+05:30$/ ? 'Asia/Kolkata' : 'UTC');
}

# Where to ask from.  A start that counts is asked for from before it, and one
# that does not count, backwards, too.
sub start {
	my ($row) = @_;
	my $from = epoch($row->{from});
	$from = int($from / 60) * 60 if ($row->{quirk} // '') =~ /truncated/;
	my $back = $row->{kind} eq 'prev' ? !$row->{inclusive} : $row->{inclusive};
	return rfc3339($back && $from % 60 == 0 && $from == int $from ?
	    $from - 1 : $from);
}

# Why we do not read an expression that others read.
sub foreign {
	my ($expr) = @_;
	return 'capitals' if $expr =~ /^\s*@[A-Z]/;
	return 'words of their own' if $expr =~ /^\s*@/;
	return '?' if $expr =~ /\?/;
	return 'L, W and #' if $expr =~ /#|[\dL]W|\d L|\dL|\bL\b|\b[a-z]{3}L\b/i;
	return 'H and R' if $expr =~ /\b[HR]\b/;
	return 'zone in the expression' if $expr =~ /TZ=/;
	return 'a step behind a single value' if $expr =~ m{(^|[\s,])\w+/};
	return 'a range that goes over the end' if $expr =~ /\w-\w/;
	return undef;
}

# Why we and others read an expression as something else.
sub differs {
	my ($row) = @_;
	return 'seeds' if grep { defined $row->{$_} }
	    qw(croniter_hash_id jitter_seed jenkins_hash_seed);
	my @f = split ' ', $row->{expr};
	return 'day of month and of week' if @f == 5 && $f[2] ne '*' &&
	    $f[4] ne '*' && ($row->{dom_dow} eq 'and' || $row->{quirk});
	return 'day of month and of week' if @f == 5 && $row->{dom_dow} eq 'or' &&
	    "$f[2]$f[4]" =~ /^\*.|.\*/ && $f[2] ne '*' && $f[4] ne '*';
	return 'changes of the clocks' if zone($row) ne 'UTC';
	return 'a range with equal ends' if ($row->{quirk} // '') =~ /equal ends/;
	return 'a step beyond the range' if ($row->{quirk} // '') =~ /step larger/;
	return 'an end of time' if !defined $row->{expect};
	return undef;
}

sub check_run {
	my ($row) = @_;
	my ($status, $said) = ask('--json', '--next', 1, '--zone', zone($row),
	    '--from', start($row), $row->{expr});
	my $want = epoch($row->{expect});

	if ($status != 0) {
		return 'agrees' if !defined $want && $said =~ /never runs/;
		return foreign($row->{expr});
	}
	my $answer = $json->decode($said);
	my $have = epoch($row->{kind} eq 'prev' ? $answer->{last} :
	    $answer->{next}[0]);
	return 'agrees' if defined $want && $have == $want;
	return differs($row);
}

sub check_match {
	my ($row) = @_;
	my ($status, $said) = ask('--last', '--zone', zone($row), '--from',
	    $row->{at}, $row->{expr});

	return foreign($row->{expr}) if $status != 0;
	return (epoch($said =~ s/\n//r) == epoch($row->{at})) ==
	    ($row->{expect} ? 1 : 0) ? 'agrees' : undef;
}

# What an expression means: its words and its next runs.
sub meaning {
	my ($expr) = @_;
	my ($status, $said) = ask('--zone', 'UTC', '--from', '2026-01-01',
	    '--next', 30, $expr);
	return $status == 0 ? $said : undef;
}

sub check_pair {
	my ($row) = @_;
	my ($expr, $other) = ($row->{expr}, $row->{other} // $row->{normal});
	my ($ours, $theirs) = (meaning($expr), meaning($other));

	return foreign("$expr $other") // foreign($other)
	    if !defined $ours || !defined $theirs;
	return ($ours eq $theirs) == ($row->{kind} ne 'different') ?
	    'agrees' : undef;
}

sub check_verdict {
	my ($row) = @_;
	my ($status) = ask($row->{expr});
	return 'agrees' if ($status != 0) == ($row->{kind} eq 'invalid');
	return foreign($row->{expr}) if $row->{kind} eq 'valid';
	return undef;
}

sub check {
	my ($row) = @_;
	if ($row->{layout} ne 'mhdMw') {
		my ($status, $said) = ask($row->{expr});
		return 'seconds, years, systemd' if $status == 2 &&
		    $said =~ /expected/;
		return 'five fields, and six are wanted' if $status == 0;
		return undef;
	}
	return check_run($row) if $row->{kind} =~ /^(next|prev)$/;
	return check_match($row) if $row->{kind} eq 'match';
	return check_pair($row) if $row->{kind} =~ /^(same|different|normal)/;
	return check_verdict($row);
}

while (my $line = <>) {
	my $row = $json->decode($line);
	my $verdict = check($row);
	print "not explained: $line" if !defined $verdict;
	$count{$verdict // 'not explained'}++;
}
print "$count{$_} $_\n" for sort keys %count;
