package io.pgproxy.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes each record as one line of JSON (an object, UTF-8, ended by {@code \n}), to a file or a stream.
 *
 * <p>Lines are buffered while more records wait, and written when none does. When a write fails, what was taken stays
 * in memory and is written first as soon as that is possible again, from the byte on at which a file had stopped. So a
 * line of a file is never torn, unless the process or the disk dies within it.
 *
 * <p>For one audit, on whose thread all calls are made.
 */
public final class JsonLines implements AuditSink {
    /** How many characters of a text are written unless it was said otherwise. */
    public static final int LONGEST_TEXT = 10_000;

    private static final int ENOUGH = 1 << 16;

    private final LineTarget target;
    private final JsonBytes json = new JsonBytes();
    private final JsonLine line;

    /** How much of the first line in the buffer has been written already. */
    private int written;

    private boolean late;

    JsonLines(LineTarget target, int longestText) {
        if (longestText < 0) {
            throw new IllegalArgumentException("a longest text of " + longestText);
        }
        this.target = target;
        this.line = new JsonLine(json, longestText);
    }

    /**
     * To a file, with the usual limit for texts.
     *
     * @param file see {@link #toFile(Path, int)}
     * @return a sink
     * @throws IOException if it cannot be opened
     */
    public static JsonLines toFile(Path file) throws IOException {
        return toFile(file, LONGEST_TEXT);
    }

    /**
     * To a file. It is made, for its owner alone where the file system knows that (POSIX), or appended to as it is.
     * When it has been moved away or removed, a new one is made: that is looked for once a second at most, before
     * something is written. Where files have no identity (Windows), a file that was replaced by another is not noticed.
     *
     * @param file no other process should write to it
     * @param longestText how many characters of a text are written; what is longer has a member {@code cut_from} with
     *     its length
     * @return a sink, whose file is open
     * @throws IOException if it cannot be opened
     * @throws IllegalArgumentException if the limit is negative
     */
    public static JsonLines toFile(Path file, int longestText) throws IOException {
        return new JsonLines(new FileTarget(file, System::nanoTime), longestText);
    }

    /**
     * To a stream, with the usual limit for texts.
     *
     * @param stream see {@link #toStream(OutputStream, int)}
     * @return a sink
     */
    public static JsonLines toStream(OutputStream stream) {
        return toStream(stream, LONGEST_TEXT);
    }

    /**
     * To a stream. After a write that failed all of it is written again, since nobody knows how far it came.
     *
     * @param stream needs no buffer of its own; is closed with the sink
     * @param longestText as for a file
     * @return a sink
     * @throws IllegalArgumentException if the limit is negative
     */
    public static JsonLines toStream(OutputStream stream, int longestText) {
        return new JsonLines(new StreamTarget(stream), longestText);
    }

    @Override
    public void write(List<AuditRecord> records) throws IOException {
        if (late) {
            flush();
        }
        for (AuditRecord record : records) {
            line.write(record);
            if (json.length() >= ENOUGH && !late) {
                try {
                    flush();
                } catch (IOException e) {
                    late = true; // these records are taken; the next call tells of it if it lasts
                }
            }
        }
    }

    @Override
    public void flush() throws IOException {
        if (json.length() == 0) {
            return;
        }
        late = true;
        if (target.prepare()) {
            written = 0;
        }
        ByteBuffer bytes = json.from(written);
        try {
            target.write(bytes);
        } catch (IOException e) {
            int lineStart = json.lineStart(bytes.position());
            written = bytes.position() - lineStart;
            json.dropFirst(lineStart);
            throw e;
        }
        json.clear();
        written = 0;
        late = false;
    }

    @Override
    public void close() throws IOException {
        try {
            flush();
        } finally {
            target.close();
        }
    }
}
