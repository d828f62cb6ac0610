package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * A copy of the data directory of a running server, from which a standby can start: what pg_basebackup makes, which the
 * artifacts with PostgreSQL's programs do not bring.
 */
final class BaseBackup {

    /** A standby gets the WAL from its primary; the rest says something of the running server only. */
    private static final Set<String> EMPTIED = Set.of(
            "pg_wal",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans");

    private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts");

    private BaseBackup() {}

    /** Files keep their owner. The directory must not exist. */
    static void take(Server of, Path data, Path copy) throws IOException {
        try (Connection connection = Login.connect(of.host(), of.port(), "postgres", of.superuser(), of.password());
                Statement statement = connection.createStatement()) {
            // The session that ends a backup must be the one that began it; if it breaks off, so does the backup.
            statement.execute("SELECT pg_backup_start('pgproxy-testkit', fast => true)");
            copy(data, copy);
            String label = "SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)";
            try (ResultSet result = statement.executeQuery(label)) {
                result.next();
                Files.writeString(copy.resolve("backup_label"), result.getString(1));
            }
        } catch (SQLException failure) {
            throw new IOException(
                    "no base backup of the server at " + of.host() + ":" + of.port() + ": " + failure.getMessage(),
                    failure);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.copy(directory, counterpart(directory), StandardCopyOption.COPY_ATTRIBUTES);
                boolean emptied = EMPTIED.contains(from.relativize(directory).toString());
                return emptied ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isSymbolicLink()) {
                    // The standby would write into the very same directory.
                    throw new IOException("a server with tablespaces cannot have a replica on the same machine");
                }
                if (!LEFT_OUT.contains(from.relativize(file).toString())) {
                    try {
                        Files.copy(file, counterpart(file), StandardCopyOption.COPY_ATTRIBUTES);
                    } catch (NoSuchFileException gone) {
                        return FileVisitResult.CONTINUE;
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            /** The server goes on, and deletes files meanwhile; the WAL tells the standby of that. */
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            private Path counterpart(Path file) {
                return to.resolve(from.relativize(file));
            }
        });
    }
}
