package io.pgproxy.testkit.peer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a client sends before it has logged in, as far as it can be read.
 *
 * @param code the protocol version, or the number of the request
 * @param body all that follows the code
 */
@SuppressWarnings("ArrayRecordComponent") // made by the backend for one look, never compared
public record StartupPacket(int code, byte[] body) {

    private static final int REQUESTS = 1234;
    private static final int CANCEL = 5678;
    private static final int SSL = 5679;
    private static final int GSSENC = 5680;

    static StartupPacket of(byte[] packet) {
        return new StartupPacket(ByteBuffer.wrap(packet).getInt(), Arrays.copyOfRange(packet, 4, packet.length));
    }

    /**
     * Whether it is a CancelRequest.
     *
     * @return true if so
     */
    public boolean isCancelRequest() {
        return code == (REQUESTS << 16 | CANCEL);
    }

    /**
     * Whether it is an SSLRequest or a GSSENCRequest, which want one byte for an answer.
     *
     * @return true if so
     */
    public boolean isEncryptionRequest() {
        return code == (REQUESTS << 16 | SSL) || code == (REQUESTS << 16 | GSSENC);
    }

    /**
     * The parameters of a StartupMessage.
     *
     * @return names and values in the order sent; of a name sent twice the last value
     */
    public Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        String[] strings = new String(body, StandardCharsets.UTF_8).split("\0", -1);
        for (int i = 0; i + 1 < strings.length && !strings[i].isEmpty(); i += 2) {
            parameters.put(strings[i], strings[i + 1]);
        }
        return Collections.unmodifiableMap(parameters);
    }

    CancelKey cancelKey() {
        return new CancelKey(
                ByteBuffer.wrap(body).getInt(),
                HexFormat.of().formatHex(Arrays.copyOfRange(body, Integer.BYTES, body.length)));
    }
}
