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

enum { BIOS_BYTES = 65536, BIOS_RESET = 0xfff0, FD_FIRST = 10, ARGS_MAX = 64, ARG_BYTES = 320 };

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
    *machine = (struct qemu_machine){.far_fd = -1, .qtest.link.fd = -1, .qmp.fd = -1};
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
enum { FD_RAM = FD_FIRST, FD_BIOS, FD_QTEST, FD_QMP, FD_FAR, FD_END };

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
    int *fds[] = {&machine->qtest.link.fd, &machine->qmp.fd, &machine->far_fd};
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

static bool start(struct qemu_machine *machine, const struct pring_setup *setup, int qtest, int qmp)
{
    static struct args args;
    char device[ARG_BYTES];
    int fds[FD_END - FD_FIRST] = {machine->ram_fd, machine->bios_fd, qtest, qmp, machine->far_fd};
    args.count = 0;
    add_machine(&args);
    qemu_device_source(setup, FD_FAR, device, sizeof device);
    add_words(&args, device);
    add(&args, "-device");
    qemu_device_options(setup, device, sizeof device);
    add(&args, "%s", device);
    args.word[args.count] = NULL;
    fflush(NULL);
    machine->pid = fork();
    if (machine->pid == 0)
        become_qemu(args.word, fds);
    return machine->pid > 0;
}

static void empty(struct qemu_link *link, int fd)
{
    link->fd = fd;
    link->held = link->taken = 0;
}

bool qemu_machine_start(struct qemu_machine *machine, const struct pring_setup *setup)
{
    int qtest[2], qmp[2];
    qemu_machine_stop(machine);
    if (fallocate(machine->ram_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, QEMU_RAM_BYTES) < 0 ||
        !qemu_device_make(setup, &machine->far_fd) ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, qtest) < 0) {
        perror("pring: backend qemu");
        return false;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, qmp) < 0) {
        perror("pring: backend qemu");
        close(qtest[0]), close(qtest[1]);
        return false;
    }
    bool is_good = start(machine, setup, qtest[1], qmp[1]);
    close(qtest[1]), close(qmp[1]);
    empty(&machine->qtest.link, qtest[0]);
    empty(&machine->qmp, qmp[0]);
    is_good = is_good && qemu_qmp_open(&machine->qmp) && qemu_qtest_open(&machine->qtest);
    if (!is_good)
        fputs("pring: " PROGRAM " does not come up\n", stderr);
    return is_good;
}
