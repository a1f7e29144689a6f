#include "internal.h"

#include <unistd.h>

#include "nt/file.h"

int
nt_verify_file(int fd, const struct nt_verify_how *how,
    struct nt_verified *found, struct nt_err *err)
{
	struct report report = { how, found };
	char first;

	*found = (struct nt_verified){ 0 };
	if (nt_pread_all(fd, &first, 1, 0) == -1) {
		report_fault(&report, "it is empty");
		return 0;
	}
	if (lseek(fd, 0, SEEK_SET) == -1)
		return nt_err_sys(err, "seek in", "the archive");
	return first == '{' ? verify_stream(fd, &report, err) :
	    verify_tree_file(fd, &report, err);
}

int
nt_verify_folder(const char *path, const struct nt_verify_how *how,
    struct nt_verified *found, struct nt_err *err)
{
	struct report report = { how, found };

	*found = (struct nt_verified){ 0 };
	return verify_tree_folder(path, &report, err);
}
