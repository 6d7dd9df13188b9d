/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* mkstemp makes files that only the owner may read; a result gets what any new file would. */
static void allow_as_usual(int descriptor)
{
    mode_t mask = umask(0);

    umask(mask);
    fchmod(descriptor, 0666 & ~mask);
}

enum sc_code sc_file_target(const char *path, char **target, struct sc_error *error)
{
    struct stat status;

    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return sc_error_set(error, SC_SYSTEM, "cannot write '%s' (a folder, device or pipe); name a file", path);
    if (lstat(path, &status) != 0) {
        *target = strdup(path);
        return *target != NULL ? SC_OK : sc_error_memory(error);
    }
    *target = S_ISLNK(status.st_mode) ? realpath(path, NULL) : strdup(path);
    if (*target != NULL)
        return SC_OK;
    if (errno == ENOMEM)
        return sc_error_memory(error);
    return sc_error_set(error, SC_SYSTEM, "cannot write '%s' (a link that leads nowhere); name a file", path);
}

enum sc_code sc_file_open(struct sc_file *file, const char *path, struct sc_error *error)
{
    struct sc_file opened = SC_FILE_INIT;
    int descriptor = -1;
    enum sc_code code = SC_OK;

    opened.path = strdup(path);
    if (opened.path == NULL || asprintf(&opened.temporary, "%s.XXXXXX", path) < 0) {
        opened.temporary = NULL;
        code = sc_error_memory(error);
        goto done;
    }
    descriptor = mkstemp(opened.temporary);
    if (descriptor < 0) {
        code = sc_error_set(error, SC_SYSTEM, "cannot write '%s' (%s)", path, strerror(errno));
        goto done;
    }
    allow_as_usual(descriptor);
    opened.stream = fdopen(descriptor, "w");
    if (opened.stream == NULL) {
        code = sc_error_set(error, SC_SYSTEM, "cannot write '%s' (%s)", path, strerror(errno));
        unlink(opened.temporary);
        close(descriptor);
        goto done;
    }
    *file = opened;
done:
    if (code != SC_OK) {
        free(opened.path);
        free(opened.temporary);
    }
    return code;
}

enum sc_code sc_file_complete(struct sc_file *file, struct sc_error *error)
{
    int failed = 0;

    /* The first failure has the reason: a stream that failed before has none of its own any more. */
    errno = 0;
    if (fflush(file->stream) != 0 || ferror(file->stream) || fsync(fileno(file->stream)) != 0)
        failed = errno != 0 ? errno : EIO;
    if (fclose(file->stream) != 0 && failed == 0)
        failed = errno;
    file->stream = NULL;
    if (failed != 0) {
        sc_error_set(error, SC_SYSTEM, "cannot write '%s' (%s)", file->path, strerror(failed));
        sc_file_release(file);
        return SC_SYSTEM;
    }
    return SC_OK;
}

/* The new name is on the disk only when the directory is. Not every file system can; the file is whole anyway. */
static void settle_directory(const char *path)
{
    char *copy = strdup(path);

    if (copy == NULL)
        return;
    int descriptor = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (descriptor >= 0) {
        fsync(descriptor);
        close(descriptor);
    }
    free(copy);
}

enum sc_code sc_file_publish(struct sc_file *file, struct sc_error *error)
{
    if (rename(file->temporary, file->path) != 0) {
        sc_error_set(error, SC_SYSTEM, "cannot write '%s' (%s)", file->path, strerror(errno));
        sc_file_release(file);
        return SC_SYSTEM;
    }
    settle_directory(file->path);
    free(file->temporary);
    file->temporary = NULL;
    sc_file_release(file);
    return SC_OK;
}

void sc_file_release(struct sc_file *file)
{
    if (file->stream != NULL)
        fclose(file->stream);
    if (file->temporary != NULL)
        unlink(file->temporary);
    free(file->temporary);
    free(file->path);
    *file = SC_FILE_INIT;
}

enum sc_code sc_directory_make(const char *path, struct sc_error *error)
{
    char *copy = strdup(path);
    struct stat status;
    int failed = 0;

    if (copy == NULL)
        return sc_error_memory(error);
    for (char *end = copy + strspn(copy, "/"); failed == 0 && *end != '\0';) {
        end += strcspn(end, "/");
        char mark = *end;

        *end = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST && stat(copy, &status) != 0)
            failed = errno;
        *end = mark;
        end += strspn(end, "/");
    }
    if (failed == 0 && stat(path, &status) != 0)
        failed = errno;
    else if (failed == 0 && !S_ISDIR(status.st_mode))
        failed = ENOTDIR;
    free(copy);
    if (failed != 0)
        return sc_error_set(error, SC_SYSTEM, "cannot make the directory '%s' (%s)", path, strerror(failed));
    return SC_OK;
}

enum sc_code sc_stream_check(FILE *stream, const char *name, struct sc_error *error)
{
    errno = 0;
    bool flushed = fflush(stream) == 0;
    int failed = errno;

    if (flushed && !ferror(stream))
        return SC_OK;
    return sc_error_set(error, SC_SYSTEM, "cannot write to %s (%s)", name, strerror(failed != 0 ? failed : EIO));
}
