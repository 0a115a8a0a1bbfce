/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/board.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct pring_board *pring_board_open(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    void *memory = MAP_FAILED;
    /* All of its room at once: a disk that is full later kills nobody. */
    int error = fd < 0 ? errno : posix_fallocate(fd, 0, sizeof(struct pring_board));
    if (error == 0)
        memory = mmap(NULL, sizeof(struct pring_board), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory == MAP_FAILED)
        fprintf(stderr, "pring: %s: %s\n", path, strerror(error ? error : errno));
    if (fd >= 0)
        close(fd);
    if (memory == MAP_FAILED)
        return NULL;
    struct pring_board *board = memory;
    if (board->magic != PRING_BOARD_MAGIC) {
        memset(board, 0, sizeof *board);
        board->magic = PRING_BOARD_MAGIC;
    }
    return board;
}

void pring_board_close(struct pring_board *board)
{
    munmap(board, sizeof *board);
}

uint64_t pring_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
