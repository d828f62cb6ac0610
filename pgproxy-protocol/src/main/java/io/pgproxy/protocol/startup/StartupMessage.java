package io.pgproxy.protocol.startup;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.ProtocolVersion;
import io.pgproxy.protocol.SqlState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens a session: who, which database, and the session's defaults.
 *
 * <p>All parameters are kept in their order. Where a name is given twice, the later one counts, as in the server.
 *
 * <p>See "StartupMessage" in the chapter "Message Formats" of the PostgreSQL manual.
 *
 * @param version major version 3, any minor one
 * @param parameters the parameters in their order
 */
public record StartupMessage(ProtocolVersion version, List<StartupParameter> parameters) implements StartupPacket {
    /** Options of the protocol, as opposed to settings of the session, begin with this. */
    private static final String PROTOCOL_OPTION = "_pq_.";

    /**
     * Copies the list; the major version has to be 3.
     *
     * @param version see the component
     * @param parameters see the component
     */
    public StartupMessage {
        if (version.major() != 3) {
            throw new IllegalArgumentException("not a version 3: " + version);
        }
        parameters = List.copyOf(parameters);
    }

    static StartupMessage read(ProtocolVersion version, BodyReader body) {
        List<StartupParameter> parameters = new ArrayList<>();
        for (String name = body.string(); !name.isEmpty(); name = body.string()) {
            parameters.add(new StartupParameter(name, body.string()));
        }
        if (body.left() > 0) {
            throw new ProtocolException("invalid startup packet layout: expected terminator as last byte");
        }
        return new StartupMessage(version, parameters);
    }

    @Override
    public void write(ByteBuf out) {
        int start = out.writerIndex();
        out.writeInt(0);
        out.writeInt(version.code());
        for (StartupParameter parameter : parameters) {
            CString.write(out, parameter.name());
            CString.write(out, parameter.value());
        }
        out.writeByte(0);
        out.setInt(start, out.writerIndex() - start);
    }

    /**
     * The value of a parameter.
     *
     * @param name its name, compared exactly
     * @return the value that counts, or null if there is none
     */
    public @Nullable String parameter(String name) {
        String value = null;
        for (StartupParameter parameter : parameters) {
            if (parameter.name().equals(name)) {
                value = parameter.value();
            }
        }
        return value;
    }

    /**
     * Who wants to log in.
     *
     * @return the user's name, empty if none was given
     */
    public String user() {
        String user = parameter("user");
        return user == null ? "" : user;
    }

    /**
     * Who wants to log in; every session needs one.
     *
     * @return the user's name, not empty
     * @throws ProtocolException (28000) if none was given
     */
    public String requireUser() {
        String user = user();
        if (user.isEmpty()) {
            throw new ProtocolException(
                    SqlState.INVALID_AUTHORIZATION_SPECIFICATION,
                    "no PostgreSQL user name specified in startup packet");
        }
        return user;
    }

    /**
     * The database.
     *
     * @return its name; where none was given, that of the user
     */
    public String database() {
        String database = parameter("database");
        return database == null || database.isEmpty() ? user() : database;
    }

    /**
     * Command-line options for the session, as libpq sends PGOPTIONS.
     *
     * @return the options, empty if none were given
     */
    public String options() {
        String options = parameter("options");
        return options == null ? "" : options;
    }

    /**
     * Options of the protocol: those whose names begin with {@code _pq_.}; a server names those it does not know in
     * NegotiateProtocolVersion.
     *
     * @return the options in their order, names in full
     */
    public List<StartupParameter> protocolOptions() {
        return parameters.stream()
                .filter(parameter -> parameter.name().startsWith(PROTOCOL_OPTION))
                .toList();
    }

    /** Version, user and database only: other values are the client's own. */
    @Override
    public String toString() {
        return "StartupMessage[version=" + version + ", user=" + user() + ", database=" + database() + "]";
    }
}
