#!/usr/bin/perl
# layers.pl [ROOT] - reads the sources and names each line that breaks the
# picture of the rooms (README.md); exit 0 if there is none, 1 otherwise.
#
# A new room is a row here, and a new outside library a word in its row.
use strict;
use warnings;

my %room = (	# level; public headers, if not one of the same name; libraries
	base    => [0, 'err tool buf file mem clock id trace spool shared ' .
	    'folder seen ask', 'malloc'],
	json    => [1, '', ''],
	http    => [1, '', 'curl'],
	server  => [1, '', 'microhttpd'],
	db      => [1, 'db served', 'sqlite3'],
	archive => [1, 'archive zstd', 'zlib libdeflate zstd'],
	crypto  => [1, '', 'gcrypt xxhash'],
	age     => [1, '', 'sodium'],
	jq      => [1, '', 'jq jv'],
	stream  => [2, 'stream select', ''],
	markdown => [2, '', 'yaml'],
	change  => [2, '', ''],
	model   => [2, 'limits kinds form stored schema filter files refusal zone writable',
	    'unistr uninorm unicase unictype unigbrk'],
	api     => [3, 'api budget', ''],
	tree    => [3, '', ''],
	repo    => [3, '', ''],
	calendar => [3, 'calendar cron retention', ''],
	walk    => [4, '', ''],
	verify  => [4, '', ''],
	service => [4, '', ''],
	snapshot => [4, 'snapshot store', ''],
	apply    => [4, '', ''],
	cmd     => [5, '', ''],
);
my %sideways = map { $_ => 1 } ('json crypto', 'age crypto', 'change stream', 'change model');
my %pure = map { $_ => 1 } qw(model change);

# The C library and the compiler; all else is an outside library.
my %system = map { $_ => 1 } qw(assert ctype dirent emmintrin errno fcntl float
	getopt immintrin inttypes limits locale math poll pthread signal stdarg
	stdatomic stddef stdint stdio stdlib string strings termios time unistd
	arpa/inet cpuid netdb netinet/in netinet/tcp sys/file sys/mman sys/random
	sys/resource sys/select sys/socket sys/stat sys/time sys/types sys/un sys/wait);

my $disk = calls('open|openat|creat|fopen|read|pread|readv|write|pwrite|writev|' .
    'fread|fwrite|fsync|fdatasync|rename|renameat|mkstemp|tmpfile');
my $words = calls('v?f?d?printf|putchar|puts|fputs|fputc|putc|perror|_?exit|_Exit|' .
    'err|warn|errx|warnx');
# What makes the answer depend on more than the arguments.
my %impure = map { $_ => 1 } qw(file folder seen spool tool trace shared);
my $impure = calls('nt_clock_\w+|nt_random\w+|getenv|time|clock_gettime');

my $root = shift // '.';
my %owner;	# public header => room
for my $r (keys %room) {
	$owner{$_} = $r for split ' ', $room{$r}[1] || $r;
}
my $faults = 0;

# A pattern for a call of one of these, not of a member of that name.
sub calls {
	my ($names) = @_;
	return qr/(?<![\w.>])($names)\s*\(/;
}

sub fault {
	my ($file, $line, $why) = @_;
	print "$file:$line: $why\n";
	$faults++;
}

# The text without comments and the insides of strings, lines kept.
sub bare {
	my ($text) = @_;
	$text =~ s{(/\*.*?\*/)|("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')}
	    {defined $1 ? $1 =~ tr/\n//cdr : substr($2, 0, 1) x 2}gse;
	return $text;
}

sub check_ours {
	my ($file, $line, $from, $header) = @_;
	my $to = $owner{$header};

	return if $header eq 'banned';
	return fault($file, $line, "nt/$header.h is in no room that " .
	    'tests/layers.pl knows') if !defined $to;
	fault($file, $line, "$from is pure and includes nt/$header.h")
	    if $pure{$from} && $impure{$header};
	return if $to eq $from || $sideways{"$from $to"};
	my ($mine, $its) = ($room{$from}[0], $room{$to}[0]);
	fault($file, $line, "$from (level $mine) includes nt/$header.h of " .
	    "$to (level $its)") if $its >= $mine;
}

sub check_outside {
	my ($file, $line, $from, $header) = @_;
	my ($library) = $header =~ m{^(\w+)};

	return if $system{$header};
	my ($door) = grep { " $room{$_}[2] " =~ / \Q$library\E / } keys %room;
	return fault($file, $line, "<$header.h> belongs to no room that " .
	    'tests/layers.pl knows') if !defined $door;
	fault($file, $line, "$from includes <$header.h>, " .
	    "which is for lib/$door alone") if $door ne $from;
}

sub check_include {
	my ($file, $line, $from, $what) = @_;
	my ($folder) = $file =~ m{^(.*)/};

	if ($what =~ m{^"nt/(\w+)\.h"$}) {
		check_ours($file, $line, $from, $1);
	} elsif ($what =~ m{^<(.+)\.h>$}) {
		check_outside($file, $line, $from, $1);
	} elsif ($what !~ m{^"(\w+\.h)"$} || ! -f "$root/$folder/$1") {
		fault($file, $line, "$what is neither public nor of this room");
	}
}

sub check_calls {
	my ($file, $line, $from, $text) = @_;

	fault($file, $line, "$from calls $1(), which is for lib/base alone")
	    if $from ne 'base' && $text =~ $disk;
	fault($file, $line, "$1() below cmd, which is for lib/base/tool.c alone")
	    if $from ne 'cmd' && $file !~ m{^lib/base/(tool|mem)\.c$} &&
	    $text =~ $words;
	fault($file, $line, "$from is pure and calls $1()")
	    if $pure{$from} && $text =~ $impure;
}

sub check_file {
	my ($file, $from) = @_;

	open my $in, '<', "$root/$file" or die "$file: $!\n";
	my $text = do { local $/; <$in> };
	close $in;
	my @raw = split /\n/, $text;
	my @code = split /\n/, bare($text);
	for my $n (0 .. $#code) {
		check_include($file, $n + 1, $from, $1)
		    if $code[$n] =~ /^\s*#/ &&
		    $raw[$n] =~ /^\s*#\s*include\s+(\S+)/;
		check_calls($file, $n + 1, $from, $code[$n])
		    if $code[$n] =~ /^[^#]*\(/ && $file =~ /\.c$/;
	}
	fault($file, 1, 'more than 1000 lines: it has two subjects')
	    if @raw > 1000;
}

sub files {
	my ($pattern) = @_;
	return map { substr($_, length($root) + 1) } sort glob "$root/$pattern";
}

for my $file (files('lib/*/*.[ch]')) {
	my ($from) = $file =~ m{^lib/(\w+)/};
	if (defined $room{$from}) {
		check_file($file, $from);
	} else {
		fault($file, 1, "$from is no room that tests/layers.pl knows");
	}
}
check_file($_, 'cmd') for files('cmd/*.c');
for my $file (files('include/nt/*.h')) {
	my ($header) = $file =~ m{(\w+)\.h$};
	next if $header eq 'banned';
	if (defined $owner{$header}) {
		check_file($file, $owner{$header});
	} else {
		fault($file, 1, "is in no room that tests/layers.pl knows");
	}
}
exit($faults > 0);
