"""When a file was changed, as far as the file system tells."""

import os


def changed_ns(status: os.stat_result) -> int:
    """Return when content, attributes or name of a file were last changed, in nanoseconds.

    Archives, images and builds that can be repeated give every file the same modification time, and tools put it back
    after an edit; the time of the last change of the inode is the kernel's own. Where the platform keeps the time of
    creation in its place, the modification time counts.
    """
    return max(status.st_mtime_ns, status.st_ctime_ns)
