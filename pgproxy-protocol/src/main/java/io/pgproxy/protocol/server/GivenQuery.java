package io.pgproxy.protocol.server;

import io.pgproxy.protocol.Column;
import io.pgproxy.protocol.Parameter;
import java.util.List;
import java.util.function.Function;

/** A statement made of its parts. */
record GivenQuery(List<Integer> parameterTypes, List<Column> columns, Function<List<Parameter>, QueryResult> execution)
        implements PreparedQuery {
    @Override
    public QueryResult execute(List<Parameter> parameters) {
        return execution.apply(parameters);
    }
}
