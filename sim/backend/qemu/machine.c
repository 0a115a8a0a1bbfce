/* SPDX-License-Identifier: Apache-2.0 */
/* The QEMU process of a run. All that it opens are file descriptors that it inherits: nothing is left behind
 * in any folder, and it dies with us. */
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "device.h"
#include "qemu.h"

#define PROGRAM "qemu-system-x86_64"

enum { BIOS_BYTES = 65536, BIOS_RESET = 0xfff0, FD_FIRST = 10, ARGS_MAX = 64, ARG_BYTES = 1024 };

/* ---- once ---- */

static bool is_installed(void)
{
    const char *path = getenv("PATH");
    char name[4096];
    for (const char *at = path; at && *at; at += strcspn(at, ":"), at += *at == ':') {
        snprintf(name, sizeof name, "%.*s/%s", (int)strcspn(at, ":"), at, PROGRAM);
        if (access(name, X_OK) == 0)
            return true;
    }
    return false;
}

/* The processor only sleeps: the driver runs here, not there. */
static int make_bios(void)
{
    static const uint8_t halt[] = {0xf4, 0xeb, 0xfd}; /* hlt; jmp hlt */
    int fd = memfd_create("pring-bios", MFD_CLOEXEC);
    if (fd >= 0 && (ftruncate(fd, BIOS_BYTES) < 0 ||
                    pwrite(fd, halt, sizeof halt, BIOS_RESET) != (ssize_t)sizeof halt)) {
        close(fd);
        return -1;
    }
    return fd;
}

bool qemu_machine_open(struct qemu_machine *machine)
{
    static bool told;
    memset(machine, 0, sizeof *machine);
    machine->far_fd = machine->qtest.link.fd = machine->qmp.fd = -1;
    for (int i = 0; i < QEMU_PEERS_MAX; i++)
        machine->peer[i].fd = -1;
    if (!is_installed()) {
        if (!told)
            fputs("pring: there is no " PROGRAM
                  ", backend qemu is skipped: apt-get install qemu-system-x86\n",
                  stderr);
        told = true;
        return false;
    }
    machine->bios_fd = make_bios();
    machine->ram_fd = memfd_create("pring-ram", MFD_CLOEXEC);
    if (machine->bios_fd >= 0 && machine->ram_fd >= 0 && ftruncate(machine->ram_fd, QEMU_RAM_BYTES) == 0)
        machine->ram = mmap(NULL, QEMU_RAM_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, machine->ram_fd, 0);
    if (machine->ram && machine->ram != MAP_FAILED)
        return true;
    perror("pring: memory for backend qemu");
    return false;
}

/* ---- the process ---- */

struct args {
    int count;
    char text[ARGS_MAX][ARG_BYTES];
    char *word[ARGS_MAX + 1];
};

__attribute__((format(printf, 2, 3))) static void add(struct args *args, const char *format, ...)
{
    va_list list;
    if (args->count == ARGS_MAX)
        return;
    va_start(list, format);
    vsnprintf(args->text[args->count], ARG_BYTES, format, list);
    va_end(list);
    args->word[args->count] = args->text[args->count];
    args->count++;
}

static void add_words(struct args *args, const char *words)
{
    while (*words) {
        size_t len = strcspn(words, " ");
        add(args, "%.*s", (int)len, words);
        words += len + (words[len] == ' ');
    }
}

/* In the child the files have the numbers FD_FIRST and on. */
enum { FD_RAM = FD_FIRST, FD_BIOS, FD_QTEST, FD_QMP, FD_FAR, FD_END = FD_FAR + QEMU_PEERS_MAX };

static void add_machine(struct args *args)
{
    unsigned mib = QEMU_RAM_BYTES >> 20;
    add_words(args, PROGRAM " -nodefaults -no-user-config -display none -serial none -monitor none -M "
                            "microvm,acpi=off,x-option-roms=off,pit=off,pic=off,rtc=off,isa-serial=off,"
                            "auto-kernel-cmdline=off,memory-backend=mem "
                            "-object qtest,id=t,chardev=q,log=/dev/null -mon chardev=m,mode=control "
                            "-global virtio-mmio.force-legacy=false -m");
    add(args, "%uM", mib);
    add(args, "-object");
    add(args, "memory-backend-file,id=mem,size=%uM,share=on,mem-path=/proc/self/fd/%d", mib, FD_RAM);
    add(args, "-bios");
    add(args, "/proc/self/fd/%d", FD_BIOS);
    add(args, "-chardev");
    add(args, "socket,id=q,fd=%d", FD_QTEST);
    add(args, "-chardev");
    add(args, "socket,id=m,fd=%d", FD_QMP);
}

static void become_qemu(char *const *words, const int *fds)
{
    int high[FD_END - FD_FIRST];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (int i = 0; i < FD_END - FD_FIRST; i++) /* first out of the way of the numbers wanted */
        high[i] = fds[i] < 0 ? -1 : fcntl(fds[i], F_DUPFD_CLOEXEC, FD_END);
    for (int i = 0; i < FD_END - FD_FIRST; i++)
        if (high[i] >= 0)
            dup2(high[i], FD_FIRST + i);
    execvp(words[0], words);
    _exit(127);
}

void qemu_machine_stop(struct qemu_machine *machine)
{
    if (machine->pid > 0) {
        kill(machine->pid, SIGKILL);
        waitpid(machine->pid, NULL, 0);
    }
    int *fds[] = {&machine->qtest.link.fd, &machine->qmp.fd,     &machine->far_fd,
                  &machine->peer[0].fd,    &machine->peer[1].fd, &machine->peer[2].fd};
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (*fds[i] >= 0)
            close(*fds[i]);
        *fds[i] = -1;
    }
    machine->pid = 0;
}

bool qemu_machine_far(const struct qemu_machine *machine, uint64_t offset, void *buf, size_t len_bytes)
{
    return machine->far_fd >= 0 &&
           pread(machine->far_fd, buf, len_bytes, (off_t)offset) == (ssize_t)len_bytes;
}

static bool start(struct qemu_machine *machine, const struct pring_setup *setup, const int *fds)
{
    static struct args args;
    char device[2 * ARG_BYTES];
    args.count = 0;
    add_machine(&args);
    qemu_device_words(setup, FD_FAR, device, sizeof device);
    add_words(&args, device);
    args.word[args.count] = NULL;
    fflush(NULL);
    machine->pid = fork();
    if (machine->pid == 0)
        become_qemu(args.word, fds);
    return machine->pid > 0;
}

/* ---- its files ---- */

static bool pair(int *ours, int *theirs)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return false;
    *ours = ends[0];
    *theirs = ends[1];
    return true;
}

static void empty(struct qemu_link *link, int fd)
{
    link->fd = fd;
    link->held = link->taken = 0;
}

/* `theirs`: what QEMU is to inherit, -1 where there is nothing. */
static bool make_files(struct qemu_machine *machine, const struct pring_setup *setup, int *theirs)
{
    int fd, peers = qemu_device_peers(setup);
    theirs[FD_RAM - FD_FIRST] = machine->ram_fd;
    theirs[FD_BIOS - FD_FIRST] = machine->bios_fd;
    for (int i = 2; i < FD_END - FD_FIRST; i++)
        theirs[i] = -1;
    if (fallocate(machine->ram_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, QEMU_RAM_BYTES) < 0)
        return false;
    if (!pair(&fd, &theirs[FD_QTEST - FD_FIRST]))
        return false;
    empty(&machine->qtest.link, fd);
    if (!pair(&fd, &theirs[FD_QMP - FD_FIRST]))
        return false;
    empty(&machine->qmp, fd);
    for (int i = 0; i < peers; i++) {
        if (!pair(&fd, &theirs[FD_FAR - FD_FIRST + i]))
            return false;
        qemu_peer_reset(&machine->peer[i], fd, setup->device_type == PRING_DEVICE_NET);
    }
    return peers > 0 || qemu_device_make(setup, &machine->far_fd);
}

bool qemu_machine_start(struct qemu_machine *machine, const struct pring_setup *setup)
{
    int theirs[FD_END - FD_FIRST];
    qemu_machine_stop(machine);
    bool is_good = make_files(machine, setup, theirs);
    if (!is_good)
        perror("pring: backend qemu");
    if (machine->far_fd >= 0) /* a file: both have it */
        theirs[FD_FAR - FD_FIRST] = machine->far_fd;
    is_good = is_good && start(machine, setup, theirs);
    for (int i = FD_QTEST - FD_FIRST; i < FD_END - FD_FIRST; i++)
        if (theirs[i] >= 0 && theirs[i] != machine->far_fd)
            close(theirs[i]);
    if (is_good && qemu_qmp_open(&machine->qmp) && qemu_qtest_open(&machine->qtest))
        return true;
    fputs("pring: " PROGRAM " does not come up\n", stderr);
    return false;
}
