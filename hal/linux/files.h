/*
 * files.h: Linux files for the simulated board: folders and a disk, named on the command line before the board is made.
 * The functions that the board itself calls are the rim's (assembly/board/host.ts).
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Shares a folder with the system as `guest`, a text that must stay valid; 0, or Linux's negative errno. */
long folders_add(const char *host, const char *guest);
/* Number of folders, at most FOLDERS_MAX. */
enum { FOLDERS_MAX = 16 };
uint32_t folders_count(void);
/* Opens the disk's file; returns its size in bytes, or Linux's negative errno. */
int64_t disk_open(const char *path);
/* The errno of the kernel's ABI for a result of Linux; non-negative results stay as they are. */
int32_t files_answer(long linux_answer);
