package io.pgproxy.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Users in a file of pgbouncer's form (auth_file): two quoted strings a line, the name and a password, md5 hash or
 * SCRAM verifier; quotes in them doubled; comments behind {@code ;}. In UTF-8.
 *
 * <p>It is read again when it has changed, which is looked for at most once a second, when somebody logs in. A file
 * that cannot be read then, or is malformed, is logged once, and the users of before stay. Thread-safe.
 */
public final class UserListFile implements UserStore {
    private static final Logger LOG = LoggerFactory.getLogger(UserListFile.class);
    private static final int LONGEST = 16 << 20;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Path file;
    private final AtomicLong nextLook = new AtomicLong(System.nanoTime() + LOOK_NANOS);
    private final Object reading = new Object();
    private volatile Users users;
    private Version version; // guarded by reading

    private UserListFile(Path file, Version version, Users users) {
        this.file = file;
        this.version = version;
        this.users = users;
    }

    /**
     * Reads a file. Blocks.
     *
     * @param file where it is
     * @return its users
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is malformed; the message has the number of the line, and nothing of it
     */
    public static UserListFile of(Path file) throws IOException {
        Version version = Version.of(file);
        return new UserListFile(file, version, read(file));
    }

    private static Users read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LONGEST + 1);
        }
        if (bytes.length > LONGEST) {
            throw new IllegalArgumentException("longer than " + LONGEST + " bytes");
        }
        try {
            return Users.of(UserListText.read(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString()));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not UTF-8");
        }
    }

    @Override
    public CompletionStage<Optional<User>> find(String user, String database, Executor workers) {
        long due = nextLook.get();
        long now = System.nanoTime();
        if (now - due >= 0 && nextLook.compareAndSet(due, now + LOOK_NANOS)) {
            try {
                return CompletableFuture.runAsync(this::look, workers)
                        .thenCompose(looked -> users.find(user, database, workers));
            } catch (RejectedExecutionException busy) {
                nextLook.set(now); // somebody else will
            }
        }
        return users.find(user, database, workers);
    }

    /** Reads the file again if it has changed. Blocks; as {@link #find} does once a second. */
    public void look() {
        synchronized (reading) {
            try {
                Version current = Version.of(file);
                if (!current.equals(version)) {
                    version = current; // whatever it is: it is not to be read, nor complained of, again
                    users = read(file);
                    LOG.info("read {} users from {}", users.size(), file);
                }
            } catch (IOException | IllegalArgumentException e) {
                LOG.error("users stay as they were: {} cannot be read: {}", file, e.toString());
            }
        }
    }

    /** Where it is. */
    @Override
    public String toString() {
        return "UserListFile[" + file + "]";
    }

    /** What tells one state of a file from another without reading it; a missing file is one, too. */
    private record Version(Object modified, long size, Object key) {
        static Version of(Path file) {
            try {
                BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
                Object key = seen.fileKey();
                return new Version(seen.lastModifiedTime(), seen.size(), key == null ? "" : key);
            } catch (IOException missing) {
                return new Version("", 0, "");
            }
        }
    }
}
