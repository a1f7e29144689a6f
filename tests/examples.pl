#!/usr/bin/perl
# examples.pl FILE FOLDER - takes the examples out of a page or the README
#
# FOLDER/N.sh is what the N-th example runs.  Where the document shows what
# comes out, that is FOLDER/N.out.
#
# In a page: the displays (.Dl, .Bd -literal) of the section EXAMPLES, and in
# notion.7 of all sections.  In the README: code blocks marked "sh", and of
# those marked "console" what stands behind "$ " or "> " and, under it, what
# comes out.  A remark before an example that begins with "not run:" says why
# it is left out: .\" in a page, <!-- --> in the README.
use strict;
use warnings;

my ($file, $folder) = @ARGV;
open my $in, '<', $file or die "$file: $!\n";
my @lines = <$in>;
close $in;
chomp @lines;
my ($count, $left_out) = (0, 0);

sub write_file {
	my ($name, $text) = @_;
	open my $out, '>', "$folder/$name" or die "$folder/$name: $!\n";
	print $out $text;
	close $out or die "$folder/$name: $!\n";
}

sub example {
	my ($command, $output) = @_;
	if ($left_out) {
		$left_out = 0;
		return;
	}
	$count++;
	write_file("$count.sh", $command);
	write_file("$count.out", $output) if defined $output;
}

# What roff would print for a line of a display.
sub plain {
	my ($line) = @_;
	$line =~ s/\\\(dq/"/g;
	$line =~ s/\\&//g;
	$line =~ s/\\-/-/g;
	$line =~ s/\\e/\\/g;
	return "$line\n";
}

sub read_page {
	my ($display, $wanted) = (undef, $file =~ m{notion\.7$});

	for (@lines) {
		if (defined $display) {
			if (/^\.Ed/) {
				example($display);
				$display = undef;
			} else {
				$display .= plain($_);
			}
			next;
		}
		$wanted = /EXAMPLES/ if /^\.Sh/ && $file !~ m{notion\.7$};
		next if !$wanted;
		$left_out = 1 if /^\.\\" not run:/;
		example(plain($1)) if /^\.Dl (.*)/;
		$display = '' if /^\.Bd -literal/;
	}
}

# One block of a console: commands and what each prints.
sub console {
	my ($text) = @_;
	my ($command, $output);

	for (split /^/, $text) {
		if (/^\$ (.*\n)/) {
			example($command, $output) if defined $command;
			($command, $output) = ($1, '');
		} elsif (/^> (.*\n)/) {
			$command .= $1;
		} else {
			$output .= $_;
		}
	}
	example($command, $output) if defined $command;
}

sub read_markdown {
	my ($language, $text);

	for (@lines) {
		if (!defined $language) {
			$left_out = 1 if /^<!-- not run:/;
			($language, $text) = ($1, '') if /^```(\w*)/;
		} elsif (/^```/) {
			example($text) if $language eq 'sh';
			console($text) if $language eq 'console';
			$language = undef;
		} else {
			$text .= "$_\n";
		}
	}
}

if ($file =~ /\.md$/) {
	read_markdown();
} else {
	read_page();
}
