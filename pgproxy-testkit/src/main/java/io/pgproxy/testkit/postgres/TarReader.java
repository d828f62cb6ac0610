package io.pgproxy.testkit.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Unpacks a tar archive: files, directories and symbolic links with names in the ustar or old GNU form, which is all
 * that archives of PostgreSQL's programs contain. Everything else is an error, as is a name that leads out of the
 * target.
 */
record TarReader(InputStream archive, Path target) {

    private static final int BLOCK = 512;

    void unpack() throws IOException {
        byte[] header = new byte[BLOCK];
        while (archive.readNBytes(header, 0, BLOCK) == BLOCK && header[0] != 0) {
            String name = text(header, 0, 100);
            if (text(header, 257, 8).equals("ustar")) {
                String prefix = text(header, 345, 155);
                name = prefix.isEmpty() ? name : prefix + "/" + name;
            }
            Path path = inside(target.resolve(name));
            long size = octal(header, 124, 12);
            boolean executable = (octal(header, 100, 8) & 0100) != 0;
            switch (header[156]) {
                case '5' -> directory(path);
                case '0', 0 -> file(path, size, executable);
                case '2' -> link(path, text(header, 157, 100));
                default -> throw new IOException("unexpected kind of entry in the archive: " + name);
            }
        }
    }

    private void directory(Path path) throws IOException {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void file(Path path, long size, boolean executable) throws IOException {
        directory(path.resolveSibling(""));
        try (OutputStream out = Files.newOutputStream(path)) {
            byte[] buffer = new byte[1 << 16];
            for (long left = size; left > 0; ) {
                int n = archive.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (n < 0) {
                    throw new IOException("the archive ends within " + path);
                }
                out.write(buffer, 0, n);
                left -= n;
            }
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        archive.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
    }

    private void link(Path path, String to) throws IOException {
        directory(path.resolveSibling(""));
        inside(path.resolveSibling(to));
        Files.createSymbolicLink(path, Path.of(to));
    }

    private Path inside(Path path) throws IOException {
        if (!path.normalize().startsWith(target)) {
            throw new IOException("the archive names a file outside of it: " + path);
        }
        return path.normalize();
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) {
            end++;
        }
        return new String(header, from, end - from, StandardCharsets.UTF_8);
    }

    private static long octal(byte[] header, int from, int length) throws IOException {
        String digits = text(header, from, length).strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException notOctal) {
            throw new IOException("damaged archive header", notOctal);
        }
    }
}
