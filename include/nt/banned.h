/*
 * banned - functions that this project does without.
 *
 * The Makefile includes it before each source of lib and cmd; a use breaks the
 * build.  Instead: lengths and memcpy(3), struct nt_buf, snprintf(3),
 * nt/clock.h, nt_draft_open().  The C library names them in its own headers, so
 * these come first.
 */
#ifndef NT_BANNED_H
#define NT_BANNED_H

#include <alloca.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#pragma GCC poison strcpy stpcpy strcat strncpy strncat strtok strtok_r
#pragma GCC poison sprintf vsprintf gets
#pragma GCC poison asctime ctime gmtime localtime
#pragma GCC poison mktemp tmpnam tempnam
#undef alloca		/* a macro of <alloca.h> */
#pragma GCC poison system popen setlocale alloca

#endif
