package io.pgproxy.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A file that grows at its end, and is made anew when somebody has moved it away. */
final class FileTarget implements LineTarget {
    private static final long BETWEEN_LOOKS = TimeUnit.SECONDS.toNanos(1);
    private static final Set<StandardOpenOption> OPTIONS =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

    private final Path path;
    private final LongSupplier nanoTime;
    private @Nullable FileChannel channel;
    private @Nullable Object key;
    private long lastLook;

    /** Opens the file, so that a wrong path shows at once. */
    FileTarget(Path path, LongSupplier nanoTime) throws IOException {
        this.path = path;
        this.nanoTime = nanoTime;
        channel = open();
    }

    @Override
    public boolean prepare() throws IOException {
        FileChannel open = channel;
        if (open != null && open.isOpen()) {
            if (nanoTime.getAsLong() - lastLook < BETWEEN_LOOKS) {
                return false;
            }
            lastLook = nanoTime.getAsLong();
            if (isStillThere()) {
                return false;
            }
            open.close();
        }
        channel = open();
        return true;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        FileChannel open = Objects.requireNonNull(channel);
        while (bytes.hasRemaining()) {
            open.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        if (open != null) {
            open.close();
        }
    }

    private FileChannel open() throws IOException {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownersOnly = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        FileChannel opened = FileChannel.open(path, OPTIONS, ownersOnly);
        try {
            if (endsWithinALine()) {
                write(opened, ByteBuffer.wrap(new byte[] {'\n'}));
            }
            key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        lastLook = nanoTime.getAsLong();
        return opened;
    }

    private static void write(FileChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    /** Whoever wrote it before may have died within a line: that spoils the next one if it stays without an end. */
    private boolean endsWithinALine() throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) == 0) {
            return false;
        }
        try (FileChannel reader = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            reader.read(last, reader.size() - 1);
            return last.get(0) != '\n';
        }
    }

    /** Where the file system gives files no keys, it is enough that there is a file of that name. */
    private boolean isStillThere() throws IOException {
        try {
            return Objects.equals(
                    key, Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
