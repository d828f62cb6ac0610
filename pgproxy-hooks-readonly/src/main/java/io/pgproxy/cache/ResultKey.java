package io.pgproxy.cache;

import io.pgproxy.hook.Execution;
import io.pgproxy.protocol.Format;
import io.pgproxy.protocol.Parameter;
import java.util.List;
import java.util.Map;

/** What a result is kept under; two are equal only if all of it is. Immutable. */
final class ResultKey {
    private final Scope scope;
    private final String sql;
    private final Map<String, String> terms;
    private final List<Integer> types;
    private final List<Parameter> parameters;
    private final List<Format> formats;
    private final int hash;

    private ResultKey(Scope scope, Execution execution) {
        this.scope = scope;
        this.sql = execution.statement().sql();
        this.terms = execution.terms().settings();
        this.types = execution.statement().parameterTypes();
        this.parameters = execution.parameters();
        this.formats = plain(execution.resultFormats());
        int sum = scope.hashCode() * 31 + sql.hashCode();
        sum = sum * 31 + terms.hashCode();
        sum = sum * 31 + types.hashCode();
        sum = sum * 31 + parameters.hashCode();
        this.hash = sum * 31 + formats.hashCode();
    }

    /** {@return the key of an execution} */
    static ResultKey of(Scope scope, Execution execution) {
        return new ResultKey(scope, execution);
    }

    /** Text is asked for by one format or by none; as many as there are columns fit no other number of columns. */
    private static List<Format> plain(List<Format> formats) {
        return formats.size() == 1 && formats.get(0) == Format.TEXT ? List.of() : formats;
    }

    List<Parameter> parameters() {
        return parameters;
    }

    /** {@return how many bytes it takes, more or less} */
    long bytes() {
        // Settings that a session has made may be of any length; those that several keys share count for each.
        long sum = scope.bytes() + 2L * sql.length() + 16L * types.size();
        for (Map.Entry<String, String> term : terms.entrySet()) {
            sum += 100 + term.getKey().length() + term.getValue().length();
        }
        for (Parameter parameter : parameters) {
            sum += 56 + (parameter.value() == null ? 0 : parameter.value().length());
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof ResultKey that
                        && hash == that.hash
                        && sql.equals(that.sql)
                        && scope.equals(that.scope)
                        && parameters.equals(that.parameters)
                        && types.equals(that.types)
                        && formats.equals(that.formats)
                        && terms.equals(that.terms));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** {@return nothing of it: it holds values} */
    @Override
    public String toString() {
        return "ResultKey";
    }
}
