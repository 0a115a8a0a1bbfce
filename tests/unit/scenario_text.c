/* SPDX-License-Identifier: Apache-2.0 */
/* Text: every seed reads back, every row has a seed, one spelling for one fault, and complaints that say
 * where and what. */
#include "scenario_bench.h"

#include <pring/verdict.h>

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static struct pring_scenario scenario;
static struct pring_expect expect;
static struct pring_parse_error error;
static char text[SCENARIO_TEXT_MAX];

static bool parse(const char *source)
{
    return pring_scenario_parse(&scenario, &expect, source, strlen(source), &error);
}

/* ---- seeds ---- */

static uint32_t seen_rows[PRING_DEVICE_RNG + 1][256];

static void check_seed(const char *path)
{
    long len = scenario_read_file(path, text, sizeof text - 1);
    uint32_t device;

    assert_true(len > 0);
    text[len] = '\0';
    if (!pring_scenario_is_text(text, (size_t)len) || !parse(text))
        fail_msg("%s:%u: %s", path, error.line, error.message);
    assert_true(strncmp(text, "pring 1\n# ", 10) == 0); /* opens with what it is about */
    assert_true(expect.count > 0 && scenario.work_count > 0);
    device = (uint32_t)scenario.set[0].value;
    for (uint32_t i = 0; i < scenario.fault_count; i++)
        seen_rows[device][pring_fault_row_of(&scenario.fault[i])]++;
    assert_null(scenario_text_law(&scenario));
}

static uint32_t check_folder(const char *device)
{
    char folder[400], path[700];
    uint32_t files = 0;
    DIR *dir;

    snprintf(folder, sizeof folder, "%s/corpus/seeds/%s", PRING_SOURCE_DIR, device);
    dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (!strstr(entry->d_name, ".scn"))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        check_seed(path);
        files++;
    }
    closedir(dir);
    return files;
}

static void test_every_seed_reads_back_and_every_fault_has_one_per_device(void **state)
{
    static const uint32_t devices[] = {PRING_DEVICE_BLK, PRING_DEVICE_RNG, PRING_DEVICE_NET,
                                       PRING_DEVICE_CONSOLE};

    (void)state;
    assert_true(check_folder("blk") + check_folder("rng") >= 40);
    assert_true(check_folder("net") + check_folder("console") >= 100);
    for (uint32_t i = 0; i < pring_fault_row_count; i++) {
        for (uint32_t d = 0; d < sizeof devices / sizeof devices[0]; d++) {
            bool applies = !pring_fault_rows[i].device || pring_fault_rows[i].device == devices[d];
            if (applies && !seen_rows[devices[d]][i])
                fail_msg("no seed of device %u has %s", devices[d], pring_fault_rows[i].name);
        }
    }
}

/* ---- spelling ---- */

static void test_faults_have_one_spelling(void **state)
{
    static const char *const cases[][2] = {
        {"answer = posted + 1 at used.len q0 nth 2", "answer = posted + 1 at used.len q0 nth 2"},
        {"poke used.idx = it + 1 at load used.idx q0 in request nth 2",
         "poke used.idx = it + 1 at load used.idx q0 in request nth 2"},
        {"irq queue at store reg.Status in probe nth 3", "irq queue at store reg.Status in probe nth 3"},
        {"answer = it + -1 at used.len", "answer = it - 1 at used.len"},
        {"answer = it - 0 at used.len", "answer = it at used.len"},
        {"answer = it ^ 0x0 at used.len", "answer = it at used.len"},
        {"answer=0X10000 at used.id", "answer = 65536 at used.id"},
        {"answer = -1 at used.len", "answer = 0xffffffff at used.len"},
        {"answer = -1 at used.idx", "answer = 65535 at used.idx"},
        {"answer = it + 0xffff at used.idx", "answer = it - 1 at used.idx"},
        {"answer = it & 15 at reg.Status nth 1", "answer = it & 0xf at reg.Status"},
        {"answer = 1 << 4 at used.len", "answer = 16 at used.len"},
        {"answer = it + 1 << 4 at used.len", "answer = it + 1 << 4 at used.len"},
        {"answer = -1 at config.capacity", "answer = -1 at config.capacity"},
        {"answer = 0x100000000 at config.capacity", "answer = 1 << 32 at config.capacity"},
        {"answer = 4294967296 at load config.capacity", "answer = 1 << 32 at config.capacity"},
        {"answer = 0x80000000 at config.capacity", "answer = 1 << 31 at config.capacity"},
        {"answer = 3 at data.in[-1]", "answer = 3 at data.in[-1]"},
        {"answer = 3 at data.in[-64] nth 2", "answer = 3 at data.in[-64] nth 2"},
        {"answer = it ^ 1 at data.in", "answer = it ^ 0x1 at data.in[0]"},
        {"poke data.out[63] = 7 at load used.idx nth 1.3", "poke data.out[63] = 7 at load used.idx nth 1.3"},
        {"poke desc.addr[2] = ring + 16 at done", "poke desc.addr[2] = ring + 16 at done"},
        {"poke desc.addr = it & -4096 at kick", "poke desc.addr = it & -4096 at kick"},
        {"state reg.Status = it | 64 at kick for 1", "state reg.Status = it | 0x40 at kick"},
        {"needs-reset at load used.idx nth 3.4 for 2", "needs-reset at load used.idx nth 3.4 for 2"},
        {"unplug at store reg.QueueNotify q1", "unplug at reg.QueueNotify q1"},
        {"release at load reg.InterruptStatus q0", "release at reg.InterruptStatus q0"},
        {"hold 0 at done for ever", "hold 0 at done for ever"},
        {"swap 1 at done", "swap 1 at done"},
        {"fail at call.alloc in probe nth 255", "fail at call.alloc in probe nth 255"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(text, sizeof text, "pring 1\nfault %s # why\n", cases[i][0]);
        if (!parse(text))
            fail_msg("%s: %s", cases[i][0], error.message);
        assert_int_equal(scenario.fault_count, 1);
        pring_fault_print(&scenario.fault[0], text, sizeof text);
        assert_string_equal(text, cases[i][1]);
    }
}

static void test_the_whole_is_printed_in_one_order(void **state)
{
    (void)state;
    assert_true(parse("pring 1\r\n"
                      "\n"
                      "data buffer 0 offset 0x10 bytes DEADbeef00 # payload\n"
                      "expect vio: ok | refused\n"
                      "fault drop at done\n"
                      "work write sector=3 &\n"
                      "set spacing=0\n"
                      "work wait\n"
                      "  set profile=stall # memory\n"
                      "device blk -FLUSH +bit40 capacity=128 size=16 +bit33\n"
                      "expect my-driver: stuck"));
    pring_scenario_print(&scenario, text, sizeof text);
    assert_string_equal(text, "pring 1\n"
                              "device blk size=16 capacity=128 -FLUSH +ACCESS_PLATFORM +RING_RESET\n"
                              "set spacing=0\n"
                              "set profile=stall\n"
                              "work write sector=3 count=1 &\n"
                              "work wait\n"
                              "fault drop at done\n"
                              "data buffer 0 offset 16 bytes deadbeef\n");
    assert_int_equal(expect.count, 2);
    assert_string_equal(expect.line[0].driver, "vio");
    assert_int_equal(expect.line[0].verdicts, 1u << PRING_VERDICT_OK | 1u << PRING_VERDICT_REFUSED);
    assert_string_equal(expect.line[1].driver, "my-driver");
    assert_int_equal(expect.line[1].verdicts, 1u << PRING_VERDICT_STUCK);
}

static void test_printing_counts_like_snprintf(void **state)
{
    char small[12];
    size_t len;

    (void)state;
    assert_true(parse("pring 1\nwork flush\n"));
    len = pring_scenario_print(&scenario, text, sizeof text);
    assert_int_equal(len, strlen(text));
    assert_int_equal(pring_scenario_print(&scenario, NULL, 0), len);
    assert_int_equal(pring_scenario_print(&scenario, small, sizeof small), len);
    assert_memory_equal(small, text, sizeof small - 1);
    assert_int_equal(small[sizeof small - 1], 0);
}

/* ---- complaints ---- */

static const struct {
    const char *source;
    uint32_t line;
    const char *fragment;
} malformed[] = {
    {"", 1, "expected 'pring 1'"},
    {"hello\n", 1, "found 'hello', expected 'pring 1' as the first line"},
    {"pring 2\n", 1, "found '2', expected a version of 1 to 1"},
    {"pring 1 2\n", 1, "expected the end of the line"},
    {"pring 1\nwrok read\n", 2, "found 'wrok', expected device, set, work, fault, data, expect"},
    {"pring 1\n\xff\n", 2, "found '?'"},
    {"pring 1\n\n\n=\n", 4, "found '='"},
    {"pring 1\ndevice\n", 2, "found the end of the line, expected a device: net blk console rng"},
    {"pring 1\ndevice net\nwork send unit=3\n", 3, "found '3', expected 0 to 2"},
    {"pring 1\ndevice net\nwork control value=1\n", 3, "expected command="},
    {"pring 1\ndevice net\nwork read sector=0\n", 3, "expected a verb that the net device serves"},
    {"pring 1\ndevice console mtu=100\n", 2, "found 'mtu', expected something that the console device has"},
    {"pring 1\ndevice net mtu=67\n", 2, "expected a value in range; the nearest is 68"},
    {"pring 1\ndevice net\nfault answer = 0x1000000000001 at config.mac\n", 3, "the field's 48 bits"},
    {"pring 1\ndevice net\nfault answer = 0x800000000001 at config.mac\n", 3, "a number of 32 bits"},
    {"pring 1\ndevice blk\nfault answer = 1 at net.flags\n", 3, "found 'net.flags'"},
    {"pring 1\ndevice rng\ndevice rng\n", 3, "one device line only"},
    {"pring 1\ndevice rng\ndevice blk\n", 3, "one device line only"},
    {"pring 1\ndevice blk +NOISE\n", 2,
     "found 'NOISE', expected a feature of the blk device, or bit0 to bit63"},
    {"pring 1\ndevice rng +RO\n", 2, "found 'RO', expected a feature of the rng device"},
    {"pring 1\ndevice blk +bit64\n", 2, "found 'bit64'"},
    {"pring 1\ndevice blk +RO -RO\n", 2, "found 'RO', expected something that was not said before"},
    {"pring 1\ndevice rng capacity=5\n", 2, "found 'capacity', expected something that the rng device has"},
    {"pring 1\ndevice blk size=12\n", 2,
     "found 'size', expected a power of two without +RING_PACKED; the nearest is 8"},
    {"pring 1\ndevice blk +RING_PACKED size=0\n", 2, "the nearest is 1"},
    {"pring 1\ndevice blk size=2048\n", 2, "the nearest is 1024"},
    {"pring 1\ndevice blk size 8\n", 2, "found '8', expected '='"},
    {"pring 1\ndevice blk size=8 size=8\n", 2, "not said before"},
    {"pring 1\ndevice blk colour=1\n", 2, "found 'colour', expected KEY=, +FEATURE or -FEATURE"},
    {"pring 1\ndevice blk seed=99999999999999999999\n", 2, "expected a number below 2^64"},
    {"pring 1\nset latency=fast\n", 2, "found 'fast', expected a number"},
    {"pring 1\nset latency=2000000000\n", 2, "the nearest is 1000000000"},
    {"pring 1\nset schedule=sometimes\n", 2, "found 'sometimes', expected one of: settled free"},
    {"pring 1\nset latency=1\nset latency=2\n", 3, "not said before"},
    {"pring 1\nset mood=1\n", 2, "expected one of: schedule latency spacing isolation order profile"},
    {"pring 1\nwork\n", 2, "expected a verb"},
    {"pring 1\nwork jump\n", 2, "found 'jump', expected a verb"},
    {"pring 1\nwork entropy\n", 2, "found 'entropy', expected a verb that the blk device serves"},
    {"pring 1\nwork read\ndevice rng\n", 2, "a verb that the rng device serves"},
    {"pring 1\nwork suspend\n", 2, "a verb that the blk device serves"},
    {"pring 1\nwork read bytes=4\n", 2, "found 'bytes', expected sector=, count=, & or the end"},
    {"pring 1\nwork read sector=1 sector=2\n", 2, "expected each key once"},
    {"pring 1\nwork read count=0\n", 2, "found 0, expected a size in range; the nearest is 1"},
    {"pring 1\nwork read count=65\n", 2, "the nearest is 64"},
    {"pring 1\nwork read count=0x100000001\n", 2, "expected a number of 32 bits"},
    {"pring 1\nwork wait &\n", 2, "found '&', expected the end"},
    {"pring 1\nwork resize\n", 2, "expected capacity="},
    {"pring 1\nwork delay ns=10000001\n", 2, "the nearest is 10000000"},
    {"pring 1\nfault\n", 2, "found the end of the line, expected an action"},
    {"pring 1\nfault explode at done\n", 2, "found 'explode', expected an action"},
    {"pring 1\nfault drop\n", 2, "found the end of the line, expected 'at' and a label"},
    {"pring 1\nfault drop 3 at done\n", 2, "found '3', expected 'at' and a label"},
    {"pring 1\nfault drop at reg.Status\n", 2,
     "found 'reg.Status', expected what drop applies to: done kick irq.line"},
    {"pring 1\nfault drop at dne\n", 2, "found 'dne', expected a label, such as reg.Status"},
    {"pring 1\nfault answer 3 at used.len\n", 2, "found '3', expected '='"},
    {"pring 1\nfault answer = 3\n", 2, "expected 'at' and a label"},
    {"pring 1\nfault answer = them at used.len\n", 2, "found 'them', expected a number or one of"},
    {"pring 1\nfault answer = it + at used.len\n", 2, "found 'at', expected a number"},
    {"pring 1\nfault answer = it 3 at used.len\n", 2, "found '3', expected 'at' and a label"},
    {"pring 1\nfault answer = 12x at used.len\n", 2, "found '12x', expected a number, decimal or 0x"},
    {"pring 1\nfault answer = 0x100000000 at used.len\n", 2,
     "expected a number that fits the field's 32 bits"},
    {"pring 1\nfault answer = 65536 at used.idx\n", 2, "fits the field's 16 bits"},
    {"pring 1\nfault answer = -32769 at used.idx\n", 2, "fits the field's 16 bits"},
    {"pring 1\nfault answer = 256 at data.in\n", 2, "fits the field's 8 bits"},
    {"pring 1\nfault answer = 1 << 3 at data.in\n", 2, "a byte of payload has none"},
    {"pring 1\nfault answer = 1 << 32 at used.len\n", 2, "expected a shift of 0 to 31"},
    {"pring 1\nfault answer = 0x123456789 at config.capacity\n", 2,
     "found '0x123456789', expected a number of 32 bits"},
    {"pring 1\nfault answer = it + 0x80000000 at config.capacity\n", 2, "a number of 32 bits with sign"},
    {"pring 1\nfault answer = 1 at packed.addr\n", 2, "expected what answer applies to"},
    {"pring 1\nfault answer = 1 at load used.len\n", 2,
     "found 'load used.len', but answer at used.len has no such side"},
    {"pring 1\nfault answer = 1 at store reg.Status\n", 2, "has no such side"},
    {"pring 1\nfault answer = 1 at config.mac\n", 2, "expected a label that the blk device has"},
    {"pring 1\ndevice rng\nfault answer = 1 at config.capacity\n", 3,
     "expected a label that the rng device has"},
    {"pring 1\nfault answer = 1 at data.in[64]\n", 2, "found '64', expected an offset of 0 to 63"},
    {"pring 1\nfault answer = 1 at data.in[-65]\n", 2,
     "found '65', expected an offset from the end of 1 to 64"},
    {"pring 1\nfault answer = 1 at data.in[0\n", 2, "expected ']'"},
    {"pring 1\nfault answer = 1 at used.len[1]\n", 2, "expected no [k]: used.len has no slots here"},
    {"pring 1\nfault poke used.idx[1] = 1 at kick\n", 2, "expected no [k]: used.idx has no slots"},
    {"pring 1\nfault poke used.id[4] = 1 at kick\n", 2, "expected a slot of 0 to 3"},
    {"pring 1\nfault poke used.idx = 1 at used.idx\n", 2, "expected 'load used.idx' or 'store used.idx'"},
    {"pring 1\nfault poke used.idx = 1 at data.in\n", 2, "poke cannot stand at data.in"},
    {"pring 1\nfault poke reg.Status = 1 at kick\n", 2, "expected what poke applies to"},
    {"pring 1\nfault change config.capacity = 1 at call.alloc\n", 2, "change cannot stand at call.alloc"},
    {"pring 1\nfault irq often at kick\n", 2, "expected an interrupt: none queue config both"},
    {"pring 1\nfault irq both at store reg.Version\n", 2, "found 'store reg.Version'"},
    {"pring 1\nfault swap 0 at done\n", 2, "expected a count of 1 to 255"},
    {"pring 1\nfault hold at done\n", 2, "found 'at', expected a number"},
    {"pring 1\nfault drop at done q15\n", 2, "expected q0 to q14"},
    {"pring 1\nfault answer = 1 at reg.Status q0\n", 2, "expected no queue: reg.Status belongs to none"},
    {"pring 1\nfault drop at done in trouble\n", 2, "found 'trouble', expected a phase"},
    {"pring 1\nfault drop at done nth 0\n", 2, "expected a count of 1 to 255"},
    {"pring 1\nfault drop at done nth 1.2\n", 2, "expected no second count"},
    {"pring 1\nfault drop at done for a\n", 2, "expected a count or 'ever'"},
    {"pring 1\nfault drop at done for 255\n", 2, "expected a count of 1 to 254"},
    {"pring 1\nfault drop at done done\n", 2, "found 'done', expected the end of the line"},
    {"pring 1\ndata packet 0 offset 0 bytes 00\n", 2, "found 'packet', expected a kind of data: buffer"},
    {"pring 1\ndata buffer 65536 offset 0 bytes 00\n", 2, "expected a buffer of 0 to 65535"},
    {"pring 1\ndata buffer 0 offset 0 bytes 123\n", 2, "expected 1 to 8 bytes as pairs of hex digits"},
    {"pring 1\ndata buffer 0 offset 0 bytes 001122334455667788\n", 2, "1 to 8 bytes"},
    {"pring 1\ndata buffer 0 offset 0 bytes zz\n", 2, "pairs of hex digits"},
    {"pring 1\nexpect : ok\n", 2, "the name of a driver"},
    {"pring 1\nexpect vio ok\n", 2, "found 'ok', expected ':'"},
    {"pring 1\nexpect vio: perfect\n", 2, "found 'perfect', expected a verdict: ok refused"},
    {"pring 1\nexpect vio: ok refused\n", 2, "expected the end of the line"},
};

static void test_malformed_text_is_refused_with_line_and_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        if (parse(malformed[i].source))
            fail_msg("accepted: %s", malformed[i].source);
        if (error.line != malformed[i].line || !strstr(error.message, malformed[i].fragment))
            fail_msg("%s: line %u: %s; expected line %u: %s", malformed[i].source, error.line, error.message,
                     malformed[i].line, malformed[i].fragment);
    }
}

/* One record more than there is room for is an error here, not inert as in bytes. */
static void check_cap(const char *first_line, const char *line, uint32_t fits, const char *fragment)
{
    size_t len = (size_t)snprintf(text, sizeof text, "pring 1%s\n", first_line);

    for (uint32_t i = 0; i < fits; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s\n", line);
    assert_true(parse(text));
    snprintf(text + len, sizeof text - len, "%s\n", line);
    assert_false(parse(text));
    assert_int_equal(error.line, fits + 2);
    assert_non_null(strstr(error.message, fragment));
}

static void test_caps_are_errors(void **state)
{
    size_t len = (size_t)snprintf(text, sizeof text, "pring 1\ndevice blk");

    (void)state;
    for (uint32_t bit = 0; bit < PRING_SETS_MAX; bit++)
        len += (size_t)snprintf(text + len, sizeof text - len, " +bit%u", bit);
    assert_false(parse(text));
    assert_non_null(strstr(error.message, "at most 32 set-up records"));
    check_cap("", "work flush", PRING_WORKS_MAX, "at most 64 work lines");
    check_cap("", "fault drop at done", PRING_FAULTS_MAX, "at most 16 fault lines");
    check_cap("", "data buffer 0 offset 0 bytes 01", PRING_DATAS_MAX, "at most 256 data lines");
    check_cap("", "expect vio: ok", 16, "at most 16 expect lines");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_seed_reads_back_and_every_fault_has_one_per_device),
        cmocka_unit_test(test_faults_have_one_spelling),
        cmocka_unit_test(test_the_whole_is_printed_in_one_order),
        cmocka_unit_test(test_printing_counts_like_snprintf),
        cmocka_unit_test(test_malformed_text_is_refused_with_line_and_reason),
        cmocka_unit_test(test_caps_are_errors),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
