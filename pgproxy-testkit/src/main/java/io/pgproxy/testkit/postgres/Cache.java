package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Directories that are dear to make and the same each time. Any number of JVMs may use one cache: a directory is made
 * under a file lock and appears by a rename, so that it is there whole or not at all.
 */
record Cache(Path root) {

    /** File locks belong to the JVM, so threads within it need one more. */
    private static final ReentrantLock WITHIN_JVM = new ReentrantLock();

    interface Filler {
        void fill(Path emptyDirectory) throws IOException;
    }

    /**
     * The cache of this user. Programs run as another account must be able to enter it, which a home directory need not
     * allow.
     */
    static Cache of(Account account) throws IOException {
        String chosen = System.getenv("PGPROXY_TEST_CACHE");
        if (chosen != null && !chosen.isEmpty()) {
            return new Cache(Files.createDirectories(Path.of(chosen)));
        }
        Path home = Path.of(System.getProperty("user.home", "/"));
        if (!account.isAnother() && Files.isWritable(home)) {
            String xdg = System.getenv("XDG_CACHE_HOME");
            Path caches = xdg == null || xdg.isEmpty() ? home.resolve(".cache") : Path.of(xdg);
            return new Cache(Files.createDirectories(caches.resolve("pgproxy-testkit")));
        }
        Path shared = Path.of(System.getProperty("java.io.tmpdir", "/tmp"))
                .resolve("pgproxy-testkit-" + System.getProperty("user.name"));
        Files.createDirectories(shared);
        // The name can be guessed: programs that somebody else put there must not be run.
        if (Files.isSymbolicLink(shared) || Account.ownerOf(shared) != account.self()) {
            throw new IOException(shared + " belongs to another user; set PGPROXY_TEST_CACHE to a directory of yours");
        }
        return new Cache(shared);
    }

    Path directory(String name, Filler filler) throws IOException {
        Path ready = root.resolve(name);
        if (Files.isDirectory(ready)) {
            return ready;
        }
        WITHIN_JVM.lock();
        try (FileChannel file = FileChannel.open(
                        root.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = file.lock()) {
            if (held.isValid() && !Files.isDirectory(ready)) {
                Path work = root.resolve(name + ".part");
                // A JVM that died in the middle left this behind.
                if (Files.exists(work)) {
                    FileTree.delete(work);
                }
                filler.fill(Files.createDirectory(work));
                Files.move(work, ready, StandardCopyOption.ATOMIC_MOVE);
            }
            return ready;
        } finally {
            WITHIN_JVM.unlock();
        }
    }
}
