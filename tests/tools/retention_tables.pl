#!/usr/bin/perl
# retention_tables.pl FILE... - asks notion-keep the tables of rustic, borg and
# Proxmox Backup Server
#
# A row is an object as corpora/retention/README.md has it.  Prints of each
# program how many agree and, by reason, how many do not; what has no reason is
# printed with what is kept by one alone.
use strict;
use warnings;
use JSON::PP;

my $json = JSON::PP->new->canonical;
my %count;

# The arguments for a policy; rustic's is a text, of which one is cut.
sub arguments {
	my ($row) = @_;
	my $policy = $row->{policy};

	return map { "--$_=$policy->{$_}" =~ tr/_/-/r } sort keys %$policy
	    if defined $policy;
	return map {
		my ($rule, $value) = /^(.*?)(-?\d+|P.*|\[.*)$/;
		"--$rule=" . ($value =~ /^P/ ? lc($value =~ tr/PT//dr) : $value)
	} split /,/, $row->{policy_text};
}

# What notion-keep makes of backups that are called 0, 1, 2 ...: a list of them,
# or undef and its error.
sub ask {
	my ($row, $backups) = @_;
	open my $in, '>', 'backups' or die "backups: $!\n";
	print $in $json->encode({ time => $backups->[$_]{time}, name => "$_" }),
	    "\n" for 0 .. $#$backups;
	close $in or die "backups: $!\n";
	my $pid = open my $out, '-|';
	die "fork: $!\n" if !defined $pid;
	if ($pid == 0) {
		open STDERR, '>&', \*STDOUT or die "dup: $!\n";
		exec 'notion-keep', '--zone', 'UTC', '--now',
		    $row->{from} // '2030-01-01', arguments($row), 'backups'
		    or die "notion-keep: $!\n";
	}
	my @said = <$out>;
	close $out;
	return $? == 0 ? ([ map { $json->decode($_) } @said ], undef) :
	    (undef, $said[0]);
}

# A reason as rustic has it.
sub in_short {
	my ($reason) = @_;
	return "within $1" if $reason =~ /^(?:oldest )?(\w+) within/;
	return 'within' if $reason =~ /^within/;
	return $reason =~ s/^oldest //r;
}

# What their row says is kept: for each backup a text that ours has to be.
sub theirs {
	my ($row, $backups) = @_;
	my %keep = map { $_->{name} // $_->{time} => 1 } map { ref $_ ? $_ :
	    { name => $_ } } @{ $row->{keep} // [] };
	my %remove = map { $_->{time} => 1 } @{ $row->{remove} // [] };

	return map { $_->{keep} ? join ' ', 'keep', sort @{ $_->{reasons} } :
	    'remove' } @$backups if $row->{source} eq 'rustic';
	return map { (defined $row->{keep} ? $keep{$_->{name} // $_->{time}} :
	    !$remove{$_->{time}}) ? 'keep' : 'remove' } @$backups;
}

sub ours {
	my ($row, $judged) = @_;
	return map { !$_->{keep} ? 'remove' : $row->{source} eq 'rustic' ?
	    join ' ', 'keep', sort map { in_short($_) } @{ $_->{reasons} } :
	    'keep' } @$judged;
}

sub refused {
	my ($said) = @_;
	return 'rules that are not ours' if $said =~ /unknown option/;
	return 'a policy that is cut' if $said =~ /\[cut\]/;
	return 'spans instead of numbers' if $said =~ /is "\d+[a-zA-Z]"/;
	return undef;
}

# Why they keep something else by the same rules.
sub differs {
	my ($row, $more, $less) = @_;
	my $rules = keys %{ $row->{policy} // {} };

	return 'the future is kept' if $less && !$more &&
	    grep { $_->{time} gt ($row->{from} // 'z') } @{ $row->{snapshots} };
	return 'rules begin behind each other' if $less && !$more && $rules > 1;
	return 'no oldest one is kept' if $more && !$less &&
	    $row->{source} eq 'proxmox-backup';
	return undef;
}

sub check {
	my ($row) = @_;
	my @backups = @{ $row->{snapshots} // $row->{result} };
	my ($judged, $said) = ask($row, \@backups);
	return refused($said) if !defined $judged;
	my @ours = ours($row, $judged);
	my @theirs = theirs($row, \@backups);
	# rustic's backups of these minutes have marks of their own
	my @other = grep { $ours[$_] ne $theirs[$_] &&
	    $backups[$_]{time} !~ /^2014-09-01T10:2[5-9]:37/ } 0 .. $#ours;
	return 'agree' if !@other;
	my $more = grep { $theirs[$_] eq 'remove' } @other;
	my $less = grep { $ours[$_] eq 'remove' } @other;
	my $why = differs($row, $more, $less);
	print "$ours[$_], expected $theirs[$_]: $backups[$_]{time}\n"
	    for defined $why ? () : @other;
	return $why;
}

while (my $line = <>) {
	my $row = $json->decode($line);
	my $verdict = check($row);
	print "not explained: $row->{source}, $row->{case}\n"
	    if !defined $verdict;
	$count{"$row->{source}: " . ($verdict // 'not explained')}++;
}
print "$count{$_} $_\n" for sort keys %count;
