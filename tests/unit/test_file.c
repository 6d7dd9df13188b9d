/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Safe writing: whole or not at all. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A directory of each test's own. */
struct room {
    char path[64];
};

static int enter(void **state)
{
    struct room *room = malloc(sizeof *room);

    strcpy(room->path, "test_file.XXXXXX");
    *state = room;
    return mkdtemp(room->path) == NULL ? -1 : 0;
}

static size_t count_entries(const char *path)
{
    DIR *directory = opendir(path);
    size_t count = 0;

    assert_non_null(directory);
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            count++;
    closedir(directory);
    return count;
}

static int leave(void **state)
{
    struct room *room = *state;
    char command[128];

    snprintf(command, sizeof command, "rm -rf '%s'", room->path);
    int failed = system(command);

    free(room);
    return failed;
}

static char *read_all(const char *path)
{
    FILE *stream = fopen(path, "r");
    char *bytes = calloc(1, 256);

    assert_non_null(stream);
    (void)!fread(bytes, 1, 255, stream);
    fclose(stream);
    return bytes;
}

static void assert_content(const char *path, const char *expected)
{
    char *bytes = read_all(path);

    assert_string_equal(bytes, expected);
    free(bytes);
}

static char *inside(const struct room *room, const char *name)
{
    char *path = NULL;

    assert_true(asprintf(&path, "%s/%s", room->path, name) > 0);
    return path;
}

static void a_file_appears_when_it_is_published(void **state)
{
    struct sc_file file = SC_FILE_INIT;
    struct sc_error error = SC_ERROR_INIT;
    char *path = inside(*state, "a.txt");
    struct stat status;

    assert_int_equal(sc_file_open(&file, path, &error), SC_OK);
    fputs("whole", file.stream);
    assert_int_equal(sc_file_complete(&file, &error), SC_OK);
    assert_int_not_equal(access(path, F_OK), 0);
    assert_int_equal(sc_file_publish(&file, &error), SC_OK);
    assert_content(path, "whole");
    assert_int_equal(count_entries(((struct room *)*state)->path), 1);

    mode_t mask = umask(0);

    umask(mask);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0666 & ~mask);
    sc_file_release(&file);
    free(path);
}

static void an_older_file_is_replaced_only_by_a_whole_one(void **state)
{
    struct sc_file file = SC_FILE_INIT;
    struct sc_error error = SC_ERROR_INIT;
    char *path = inside(*state, "a.txt");
    FILE *older = fopen(path, "w");

    fputs("older", older);
    fclose(older);
    assert_int_equal(sc_file_open(&file, path, &error), SC_OK);
    fputs("newer", file.stream);
    sc_file_release(&file);
    assert_content(path, "older");
    assert_int_equal(count_entries(((struct room *)*state)->path), 1);

    assert_int_equal(sc_file_open(&file, path, &error), SC_OK);
    fputs("newer", file.stream);
    assert_int_equal(sc_file_complete(&file, &error), SC_OK);
    assert_int_equal(sc_file_publish(&file, &error), SC_OK);
    assert_content(path, "newer");
    assert_int_equal(count_entries(((struct room *)*state)->path), 1);
    free(path);
}

static void a_missing_directory_is_told(void **state)
{
    struct sc_file file = SC_FILE_INIT;
    struct sc_error error = SC_ERROR_INIT;

    (void)state;
    assert_int_equal(sc_file_open(&file, "no/such/place/a.txt", &error), SC_SYSTEM);
    assert_string_equal(error.message, "cannot write 'no/such/place/a.txt' (No such file or directory)");
    assert_null(file.stream);
}

static void a_directory_in_the_way_leaves_nothing(void **state)
{
    struct sc_file file = SC_FILE_INIT;
    struct sc_error error = SC_ERROR_INIT;
    char *path = inside(*state, "taken");

    assert_int_equal(mkdir(path, 0777), 0);
    assert_int_equal(sc_file_open(&file, path, &error), SC_OK);
    fputs("text", file.stream);
    assert_int_equal(sc_file_complete(&file, &error), SC_OK);
    assert_int_equal(sc_file_publish(&file, &error), SC_SYSTEM);
    assert_non_null(strstr(error.message, "Is a directory"));
    assert_int_equal(count_entries(((struct room *)*state)->path), 1);
    free(path);
}

/* A file system of 64 KB that fills up; needs the right to mount, so it is passed over without. */
static void a_full_disk_leaves_nothing(void **state)
{
    const struct room *room = *state;
    struct sc_file file = SC_FILE_INIT;
    struct sc_error error = SC_ERROR_INIT;
    char *path = inside(room, "a.txt");

    if (mount("tmpfs", room->path, "tmpfs", 0, "size=64k") != 0) {
        free(path);
        skip();
    }
    assert_int_equal(sc_file_open(&file, path, &error), SC_OK);
    for (int i = 0; i < 100000; i++)
        fputs("0123456789", file.stream);
    enum sc_code code = sc_file_complete(&file, &error);
    size_t left = count_entries(room->path);

    umount(room->path);
    assert_int_equal(code, SC_SYSTEM);
    assert_non_null(strstr(error.message, "a.txt' (No space left on device)"));
    assert_int_equal(left, 0);
    free(path);
}

static void a_stream_that_lost_bytes_is_told(void **state)
{
    static const size_t sizes[] = {1, 5000, 1000000};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        FILE *stream = fopen("/dev/full", "w");
        struct sc_error error = SC_ERROR_INIT;

        assert_non_null(stream);
        for (size_t j = 0; j < sizes[i]; j++)
            fputc('x', stream);
        assert_int_equal(sc_stream_check(stream, "standard output", &error), SC_SYSTEM);
        assert_string_equal(error.message, "cannot write to standard output (No space left on device)");
        fclose(stream);
    }
}

static void a_good_stream_is_fine(void **state)
{
    FILE *stream = fopen("/dev/null", "w");
    struct sc_error error = SC_ERROR_INIT;

    (void)state;
    fputs("text", stream);
    assert_int_equal(sc_stream_check(stream, "it", &error), SC_OK);
    fclose(stream);
}

static void directories_are_made_with_those_above(void **state)
{
    struct sc_error error = SC_ERROR_INIT;
    char *path = inside(*state, "a/b//c/"), *file = inside(*state, "file"), *below = inside(*state, "file/below");

    assert_int_equal(sc_directory_make(path, &error), SC_OK);
    assert_int_equal(access(path, W_OK), 0);
    assert_int_equal(sc_directory_make(path, &error), SC_OK);
    assert_int_equal(sc_directory_make("/", &error), SC_OK);
    assert_int_equal(sc_directory_make(".", &error), SC_OK);
    fclose(fopen(file, "w"));
    assert_int_equal(sc_directory_make(file, &error), SC_SYSTEM);
    assert_non_null(strstr(error.message, "Not a directory"));
    error = SC_ERROR_INIT;
    assert_int_equal(sc_directory_make(below, &error), SC_SYSTEM);
    assert_non_null(strstr(error.message, "file/below' (Not a directory)"));
    free(path);
    free(file);
    free(below);
}

/* A link is followed; what no regular file can take the place of is refused. */
static void target_is_a_regular_file(void **state)
{
    struct sc_error error = SC_ERROR_INIT;
    char *real = inside(*state, "real"), *link = inside(*state, "link"), *gone = inside(*state, "gone");
    char *target = NULL, *resolved = NULL;
    FILE *stream = fopen(real, "w");

    assert_non_null(stream);
    fclose(stream);
    assert_int_equal(symlink("real", link), 0);
    resolved = realpath(real, NULL);
    assert_int_equal(sc_file_target(link, &target, &error), SC_OK);
    assert_string_equal(target, resolved);
    free(target);
    assert_int_equal(sc_file_target(gone, &target, &error), SC_OK);
    assert_string_equal(target, gone);
    free(target);
    assert_int_equal(remove(real), 0);
    assert_int_equal(sc_file_target(link, &target, &error), SC_SYSTEM);
    assert_non_null(strstr(error.message, "a link that leads nowhere"));
    error = SC_ERROR_INIT;
    assert_int_equal(sc_file_target("/dev/null", &target, &error), SC_SYSTEM);
    assert_non_null(strstr(error.message, "a folder, device or pipe"));
    free(resolved);
    free(gone);
    free(link);
    free(real);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_appears_when_it_is_published, enter, leave),
        cmocka_unit_test_setup_teardown(an_older_file_is_replaced_only_by_a_whole_one, enter, leave),
        cmocka_unit_test(a_missing_directory_is_told),
        cmocka_unit_test_setup_teardown(a_directory_in_the_way_leaves_nothing, enter, leave),
        cmocka_unit_test_setup_teardown(a_full_disk_leaves_nothing, enter, leave),
        cmocka_unit_test(a_stream_that_lost_bytes_is_told),
        cmocka_unit_test(a_good_stream_is_fine),
        cmocka_unit_test_setup_teardown(directories_are_made_with_those_above, enter, leave),
        cmocka_unit_test_setup_teardown(target_is_a_regular_file, enter, leave),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
