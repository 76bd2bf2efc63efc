/*
 * files.h: files of Linux for the simulated board: folders and a disk, named on the command line before the board is
 * made. The functions that the board itself asks are the rim's (assembly/board/host.ts).
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Gives the system a folder as `guest`, a text that stays; 0, or Linux's negative errno. */
long folders_add(const char *host, const char *guest);
/* How many there are, at most FOLDERS_MAX. */
enum { FOLDERS_MAX = 16 };
uint32_t folders_count(void);
/* Opens the disk's file; its bytes, or Linux's negative errno. */
int64_t disk_open(const char *path);
/* The errno of the kernel's ABI for an answer of Linux; what is not negative stays. */
int32_t files_answer(long linux_answer);
