package io.pgproxy.core.internal.server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a Unix domain socket. The socket is bound in a directory that nobody else can enter, and moved to its
 * place when its permissions are set: they never are others, not even for a moment.
 */
final class SocketFile {
    private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    /** The part of stat's st_mode that says of what kind a file is, and a socket's: see inode(7). */
    private static final int KIND = 0170000;

    private static final int SOCKET = 0140000;

    /** A name in sun_path is at most so long on Linux (macOS: 103), see unix(7). */
    private static final int LONGEST_PATH = 107;

    private final Path path;
    private final Path directory;
    private @Nullable Object inode;

    private SocketFile(Path path, Path directory) {
        this.path = path;
        this.directory = directory;
    }

    /** Makes sure that nobody listens there, and that nothing else is there. */
    static SocketFile prepare(Path path) throws IOException {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_PATH) {
            throw cannot(path, "the path has " + length + " bytes, a socket's at most " + LONGEST_PATH, null);
        }
        checkIsFree(path);
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent)) {
            throw cannot(path, "there is no directory " + parent, null);
        }
        // Short, for the path within counts against the same length.
        String name = ".pg" + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
        try {
            Path hidden = Files.createDirectory(parent.resolve(name), PosixFilePermissions.asFileAttribute(OWNER));
            return new SocketFile(path, hidden);
        } catch (FileAlreadyExistsException e) {
            throw cannot(path, "try again, " + name + " is there already", e);
        } catch (UnsupportedOperationException e) {
            throw cannot(path, "its file system has no permissions", e);
        } catch (IOException e) {
            throw cannot(path, "the directory cannot be written to: " + e.getMessage(), e);
        }
    }

    private static void checkIsFree(Path path) throws IOException {
        Object mode;
        try {
            mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException nothing) {
            return;
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            throw cannot(path, "something is there, and this system does not tell what it is", e);
        }
        if (!(mode instanceof Integer bits) || (bits & KIND) != SOCKET) {
            throw cannot(path, "what is there is no socket", null);
        }
        if (isListenedOn(path)) {
            throw cannot(path, "another process listens there", null);
        }
        Files.deleteIfExists(path);
        LOG.info("removed {}, the socket of a process that has ended", path);
    }

    /** Only a connection that is refused shows that nobody listens; whoever may not ask does not know. */
    private static boolean isListenedOn(Path path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false); // its queue may be full
            channel.connect(UnixDomainSocketAddress.of(path));
            return true;
        } catch (ConnectException refused) {
            return false;
        } catch (IOException e) {
            throw cannot(path, "a socket is there, and whether it is in use cannot be asked: " + e.getMessage(), e);
        }
    }

    private static IOException cannot(Path path, String why, @Nullable Exception cause) {
        return new IOException("cannot listen on " + path + ": " + why, cause);
    }

    Path path() {
        return path;
    }

    /** Where to bind it. */
    Path hidden() {
        return directory.resolve("s");
    }

    /** Lets clients find it. */
    void show(Set<PosixFilePermission> permissions) throws IOException {
        try {
            Files.setPosixFilePermissions(hidden(), permissions);
            inode = inode(hidden());
            put();
            Files.deleteIfExists(hidden());
            Files.delete(directory);
        } catch (FileAlreadyExistsException e) {
            throw cannot(path, "another process has begun to listen there", e);
        } catch (AtomicMoveNotSupportedException e) {
            throw cannot(path, "it cannot be moved there", e);
        }
    }

    /** A link, unlike a move, fails where somebody else has put something since. */
    private void put() throws IOException {
        try {
            Files.createLink(path, hidden());
        } catch (FileAlreadyExistsException taken) {
            throw taken;
        } catch (FileSystemException | UnsupportedOperationException noLinks) {
            Files.move(hidden(), path, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** It was not shown. */
    void discard() {
        try {
            Files.deleteIfExists(hidden());
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            LOG.warn("{} is left behind: {}", directory, e.getMessage());
        }
    }

    /** Removes it, unless another one is in its place now. Idempotent. */
    void remove() {
        Object own = inode;
        inode = null;
        try {
            if (own != null && own.equals(inode(path))) {
                Files.deleteIfExists(path);
            }
        } catch (NoSuchFileException gone) {
            LOG.info("the socket {} was removed by somebody else", path);
        } catch (IOException e) {
            LOG.warn("the socket {} is left behind: {}", path, e.getMessage());
        }
    }

    private static @Nullable Object inode(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}
