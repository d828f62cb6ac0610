package io.pgproxy.core.backend;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * A file of passwords as libpq has it: see "The Password File" in its chapter of the PostgreSQL manual. Read anew each
 * time, in UTF-8.
 *
 * @param file where it is
 */
record Passfile(Path file) implements PasswordSource {
    private static final int LONGEST = 1 << 20;

    /** Who may do anything with it beside its owner makes it a file of everybody's passwords. */
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    @Override
    public char[] find(LoginTarget login) throws IOException {
        check();
        char[] text = read();
        try {
            char[] password = PassfileLines.find(text, login);
            if (password == null) {
                // Not which database: that is the client's word, and may be anything.
                throw new PassfileException("no line of " + file + " is for " + login.user() + " at " + login.host()
                        + ":" + login.port() + " and the database asked for");
            }
            return password;
        } finally {
            Arrays.fill(text, '\0');
        }
    }

    private void check() throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new PassfileException(file + " is not a plain file");
        }
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(file);
        } catch (UnsupportedOperationException elsewhere) {
            return; // a file system that knows no group; libpq does not look there, either
        } catch (NoSuchFileException e) {
            throw new PassfileException("there is no file " + file);
        }
        if (permissions.stream().anyMatch(OTHERS::contains)) {
            throw new PassfileException(
                    "group or others have access to " + file + "; permissions should be u=rw (0600) or less");
        }
    }

    private char[] read() throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LONGEST + 1);
        } catch (IOException e) {
            throw new PassfileException(
                    "cannot read " + file + ": " + e.getClass().getSimpleName());
        }
        try {
            if (bytes.length > LONGEST) {
                throw new PassfileException(file + " is longer than " + LONGEST + " bytes");
            }
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            char[] text = Arrays.copyOf(decoded.array(), decoded.limit());
            Arrays.fill(decoded.array(), '\0');
            return text;
        } catch (CharacterCodingException e) {
            throw new PassfileException(file + " is not in UTF-8");
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
