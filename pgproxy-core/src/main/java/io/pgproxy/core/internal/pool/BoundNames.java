package io.pgproxy.core.internal.pool;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.Bytes;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.frame.Frame;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads names of settings from the parameters of a Bind. */
final class BoundNames {
    private BoundNames() {}

    /** The names, in lower case; null if they cannot be told. */
    static @Nullable Set<String> of(Frame bind, Set<Integer> parameters) {
        if (!bind.isWhole()) {
            return null;
        }
        try {
            ByteBuf body = bind.body();
            BodyReader reader = new BodyReader(body);
            reader.string();
            reader.string();
            body.skipBytes(2 * Short.toUnsignedInt(reader.int16()));
            int count = Short.toUnsignedInt(reader.int16());
            Set<String> names = new HashSet<>();
            for (int i = 1; i <= count; i++) {
                Bytes value = reader.value(); // text is the same in both formats
                if (parameters.contains(i) && value != null) {
                    names.add(value.text().toLowerCase(Locale.ROOT));
                }
            }
            return names;
        } catch (ProtocolException | IndexOutOfBoundsException malformed) {
            return null; // the server says what is wrong with it
        }
    }
}
