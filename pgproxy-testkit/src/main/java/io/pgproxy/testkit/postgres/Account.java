package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Under whose name PostgreSQL's programs run: initdb and postgres refuse to run as root.
 *
 * @param self the number of the user who runs this JVM
 * @param uid the number of the user who owns the files of the server
 * @param gid the group of that user
 * @param prefix the words in front of a command
 */
record Account(int self, int uid, int gid, List<String> prefix) {

    private static final int ROOT = 0;

    static Account current() throws IOException {
        int self = runner();
        if (self != ROOT) {
            return new Account(self, self, -1, List.of());
        }
        // In a user namespace of its own the process is no longer root to itself, yet still owns root's files.
        if (Command.succeeds("unshare", "-U", "true")) {
            return new Account(self, self, -1, List.of("unshare", "-U"));
        }
        return nobody();
    }

    /** Works where the kernel or a container forbids user namespaces. */
    static Account nobody() throws IOException {
        int uid = Integer.parseInt(Command.of("id", "-u", "nobody").output());
        int gid = Integer.parseInt(Command.of("id", "-g", "nobody").output());
        List<String> prefix = List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups");
        List<String> probe = new ArrayList<>(prefix);
        probe.add("true");
        if (!Command.succeeds(probe.toArray(new String[0]))) {
            throw new IOException("PostgreSQL does not run as root, and neither unshare -U nor setpriv works here:"
                    + " run as an ordinary user");
        }
        return new Account(runner(), uid, gid, prefix);
    }

    boolean isAnother() {
        return uid != self;
    }

    /** Gives a file or an empty directory to the account. */
    Path own(Path path) throws IOException {
        if (isAnother()) {
            Files.setAttribute(path, "unix:gid", gid);
            Files.setAttribute(path, "unix:uid", uid);
        }
        return path;
    }

    Command command(List<String> words) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(words);
        return new Command(all);
    }

    static int ownerOf(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private static int runner() throws IOException {
        Path probe = Files.createTempFile("pgproxy-testkit-", ".owner");
        try {
            return ownerOf(probe);
        } finally {
            Files.delete(probe);
        }
    }
}
