package io.pgproxy.protocol.server;

import io.netty.buffer.ByteBuf;
import io.pgproxy.protocol.CString;
import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.Parameter;
import io.pgproxy.protocol.ProtocolException;
import io.pgproxy.protocol.SqlState;
import io.pgproxy.protocol.TransactionStatus;
import io.pgproxy.protocol.message.backend.NoData;
import io.pgproxy.protocol.message.backend.ParameterDescription;
import io.pgproxy.protocol.message.backend.RowDescription;
import io.pgproxy.protocol.message.frontend.Bind;
import io.pgproxy.protocol.message.frontend.Close;
import io.pgproxy.protocol.message.frontend.Describe;
import io.pgproxy.protocol.message.frontend.Parse;
import io.pgproxy.protocol.message.frontend.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The prepared statements, portals and transaction status of a session, and the rules that names and formats follow.
 */
final class ServerSession {
    private static final String UNNAMED = "";

    private final QueryEngine engine;
    private final Map<String, Prepared> statements = new HashMap<>();
    private final Map<String, Portal> portals = new HashMap<>();
    private TransactionStatus status;

    ServerSession(QueryEngine engine, TransactionStatus status) {
        this.engine = engine;
        this.status = status;
    }

    QueryEngine engine() {
        return engine;
    }

    TransactionStatus status() {
        return status;
    }

    /** Null changes nothing. Portals do not outlive their transaction, nor a failure that a savepoint has healed. */
    void moveTo(@Nullable TransactionStatus next) {
        if (next != null && next != status) {
            if (next == TransactionStatus.IDLE || status == TransactionStatus.FAILED) {
                closePortals();
            }
            status = next;
        }
    }

    /**
     * A statement failed, and with it the transaction block if there is one: nothing more is taken from its portals.
     */
    void fail() {
        portals.values().forEach(Portal::close);
        if (status == TransactionStatus.IN_TRANSACTION) {
            status = TransactionStatus.FAILED;
            engine.failBlock();
        }
    }

    void endExchange(boolean commit) {
        if (status == TransactionStatus.IDLE) {
            closePortals();
            engine.endExchange(commit);
        }
    }

    void closeUnnamed() {
        statements.remove(UNNAMED);
        closePortal(UNNAMED);
    }

    void closeAll() {
        closePortals();
        statements.clear();
    }

    List<String> split(String sql) {
        if (!CString.isUtf8(sql)) {
            throw new PgErrorException(
                    SqlState.CHARACTER_NOT_IN_REPERTOIRE, "invalid byte sequence for encoding \"UTF8\"");
        }
        return engine.split(sql);
    }

    Prepared prepare(String sql, List<Integer> parameterTypes) {
        boolean endsTransaction = engine.endsTransaction(sql);
        checkTransaction(endsTransaction);
        return new Prepared(engine.prepare(sql, parameterTypes), endsTransaction);
    }

    void checkTransaction(Prepared prepared) {
        checkTransaction(prepared.endsTransaction());
    }

    private void checkTransaction(boolean endsTransaction) {
        if (status == TransactionStatus.FAILED && !endsTransaction) {
            throw new PgErrorException(
                    SqlState.IN_FAILED_SQL_TRANSACTION,
                    "current transaction is aborted, commands ignored until end of transaction block");
        }
    }

    void parse(Parse parse) {
        String name = parse.name();
        if (name.equals(UNNAMED)) {
            statements.remove(UNNAMED);
        }
        List<String> split = split(parse.sql());
        if (split.size() > 1) {
            throw new PgErrorException(
                    SqlState.SYNTAX_ERROR, "cannot insert multiple commands into a prepared statement");
        }
        Prepared prepared = split.isEmpty() ? Prepared.EMPTY : prepare(split.get(0), parse.parameterTypes());
        if (statements.putIfAbsent(name, prepared) != null) {
            throw new PgErrorException(
                    SqlState.DUPLICATE_PREPARED_STATEMENT, "prepared statement \"" + name + "\" already exists");
        }
    }

    void bind(Bind bind) {
        Prepared prepared = statement(bind.statement());
        List<Parameter> parameters = parameters(bind, prepared);
        checkTransaction(prepared);
        List<Column> columns = columns(bind, prepared);
        if (bind.portal().equals(UNNAMED)) {
            closePortal(UNNAMED);
        } else if (portals.containsKey(bind.portal())) {
            throw new PgErrorException(SqlState.DUPLICATE_CURSOR, "cursor \"" + bind.portal() + "\" already exists");
        }
        portals.put(bind.portal(), new Portal(bind.portal(), prepared, parameters, columns));
    }

    Portal openUnnamed(Prepared prepared) {
        closePortal(UNNAMED);
        PreparedQuery query = prepared.query();
        List<Column> columns = query == null ? List.of() : inText(query.columns());
        Portal portal = new Portal(UNNAMED, prepared, List.of(), columns);
        portals.put(UNNAMED, portal);
        return portal;
    }

    void describe(Describe describe, ByteBuf out) {
        if (describe.target() == Target.STATEMENT) {
            Prepared prepared = statement(describe.name());
            PreparedQuery query = prepared.query();
            List<Column> columns = query == null ? List.of() : inText(query.columns());
            checkDescribable(columns);
            new ParameterDescription(query == null ? List.of() : query.parameterTypes()).write(out);
            describe(columns, out);
        } else {
            List<Column> columns = portal(describe.name()).columns();
            checkDescribable(columns);
            describe(columns, out);
        }
    }

    void close(Close close) {
        if (close.target() == Target.STATEMENT) {
            statements.remove(close.name());
        } else {
            closePortal(close.name());
        }
    }

    Portal portal(String name) {
        Portal portal = portals.get(name);
        if (portal == null) {
            throw new PgErrorException(SqlState.INVALID_CURSOR_NAME, "portal \"" + name + "\" does not exist");
        }
        return portal;
    }

    private Prepared statement(String name) {
        Prepared prepared = statements.get(name);
        if (prepared == null) {
            throw new PgErrorException(
                    SqlState.INVALID_SQL_STATEMENT_NAME,
                    name.equals(UNNAMED)
                            ? "unnamed prepared statement does not exist"
                            : "prepared statement \"" + name + "\" does not exist");
        }
        return prepared;
    }

    /** In a failed block a server describes what has no columns only: columns would need the catalogue. */
    private void checkDescribable(List<Column> columns) {
        checkTransaction(columns.isEmpty());
    }

    private static void describe(List<Column> columns, ByteBuf out) {
        if (columns.isEmpty()) {
            NoData.INSTANCE.write(out);
        } else {
            new RowDescription(columns).write(out);
        }
    }

    private static List<Parameter> parameters(Bind bind, Prepared prepared) {
        PreparedQuery query = prepared.query();
        List<Integer> types = query == null ? List.of() : query.parameterTypes();
        int given = bind.parameters().size();
        if (given != types.size()) {
            throw new ProtocolException("bind message supplies " + given + " parameters, but prepared statement \""
                    + bind.statement() + "\" requires " + types.size());
        }
        List<Parameter> parameters = new ArrayList<>(given);
        for (int i = 0; i < given; i++) {
            parameters.add(new Parameter(
                    types.get(i), bind.parameterFormat(i), bind.parameters().get(i)));
        }
        return List.copyOf(parameters);
    }

    private static List<Column> columns(Bind bind, Prepared prepared) {
        PreparedQuery query = prepared.query();
        List<Column> columns = query == null ? List.of() : query.columns();
        int formats = bind.resultFormats().size();
        if (formats > 1 && formats != columns.size()) {
            throw new ProtocolException(
                    "bind message has " + formats + " result formats but query has " + columns.size() + " columns");
        }
        List<Column> formatted = new ArrayList<>(columns.size());
        for (int i = 0; i < columns.size(); i++) {
            formatted.add(columns.get(i).in(bind.resultFormat(i)));
        }
        return List.copyOf(formatted);
    }

    private static List<Column> inText(List<Column> columns) {
        return columns.stream().map(column -> column.in(Format.TEXT)).toList();
    }

    private void closePortal(String name) {
        Portal portal = portals.remove(name);
        if (portal != null) {
            portal.close();
        }
    }

    private void closePortals() {
        portals.values().forEach(Portal::close);
        portals.clear();
    }
}
