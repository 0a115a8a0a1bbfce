/* SPDX-License-Identifier: Apache-2.0 */
/* JUnit as it is written: counts, what XML must not hold, and ctest's own report told again with commands. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/junit.h"
#include "cli/option.h"
#include "cli/process.h"
#include "cli/test_report.h"

static int bad;

static void says(const char *path, const char *wanted)
{
    size_t len = 0;
    char *text = pring_file_read(path, &len);
    if (!text || !strstr(text, wanted)) {
        printf("FAILED: '%s' is not in %s:\n%s\n", wanted, path, text ? text : "(nothing)");
        bad = 1;
    }
    free(text);
}

static void a_report_counts_and_escapes(void)
{
    struct pring_junit junit;
    bad |= pring_junit_open(&junit);
    pring_junit_add(&junit, &(struct pring_junit_case){.classname = "c", .name = "good"});
    pring_junit_add(&junit, &(struct pring_junit_case){.classname = "c",
                                                       .name = "a<b",
                                                       .end = PRING_JUNIT_FAILED,
                                                       .type = "unstable",
                                                       .message = "\"x\" & \033y",
                                                       .command = "./pring run 'a b'"});
    pring_junit_add(&junit,
                    &(struct pring_junit_case){
                        .classname = "c", .name = "none", .end = PRING_JUNIT_SKIPPED, .message = "lacks it"});
    pring_junit_add(&junit,
                    &(struct pring_junit_case){
                        .classname = "c", .name = "bench", .end = PRING_JUNIT_ERROR, .type = "vacuous"});
    pring_junit_add(&junit, &(struct pring_junit_case){
                                .classname = "c", .name = "end", .end = PRING_JUNIT_ERROR, .type = "died"});
    bad |= pring_junit_save(&junit, "suite", "report.xml");
    says("report.xml", "<testsuite name=\"suite\" tests=\"5\" failures=\"1\" skipped=\"1\" errors=\"2\">");
    says("report.xml", "name=\"bench\"><error type=\"vacuous\"></error></testcase>");
    says("report.xml", "name=\"end\"><error type=\"died\"></error></testcase>\n</testsuite>\n");
    says("report.xml", "<testcase classname=\"c\" name=\"good\"/>");
    says("report.xml",
         "name=\"a&lt;b\"><failure type=\"unstable\" message=\"&quot;x&quot; &amp; y\">./pring run 'a b'");
    says("report.xml", "<skipped message=\"lacks it\"></skipped>");
}

static const char ctest[] =
    "<testsuite name=\"(empty)\"\n\ttests=\"3\"\n>\n"
    "\t<testcase name=\"unit.good\" classname=\"unit.good\" time=\"0.1\" status=\"run\">\n"
    "\t\t<system-out>fine</system-out>\n\t</testcase>\n"
    "\t<testcase name=\"cli.bad\" classname=\"cli.bad\" time=\"0.1\" status=\"fail\">\n"
    "\t\t<failure message=\"Timeout\"/>\n\t\t<system-out>a &lt; b\nFAILED: here</system-out>\n"
    "\t</testcase>\n"
    "\t<testcase name=\"rtl.none\" classname=\"rtl.none\" time=\"0\" status=\"notrun\">\n"
    "\t\t<skipped message=\"SKIP_RETURN_CODE=77\"/>\n\t</testcase>\n</testsuite>\n";

static void the_report_of_ctest_gets_commands(void)
{
    bad |= !pring_file_write("ctest.xml", ctest, sizeof ctest - 1);
    bad |= pring_test_report("ctest.xml", "told.xml");
    says("told.xml", "<testsuite name=\"pring test\" tests=\"3\" failures=\"1\" skipped=\"1\" errors=\"0\">");
    says("told.xml", "<testcase classname=\"pring.test\" name=\"unit.good\"/>");
    says("told.xml",
         "name=\"cli.bad\"><failure type=\"test\" message=\"Timeout: a &lt; b\nFAILED: here\">./pring test "
         "--label nightly --only '^cli.bad$'</failure>");
    says("told.xml", "name=\"rtl.none\"><skipped message=\"notrun\">");
    if (pring_test_report("nowhere.xml", "none.xml") != PRING_SETUP)
        bad = 1;
}

int main(void)
{
    a_report_counts_and_escapes();
    the_report_of_ctest_gets_commands();
    return bad;
}
