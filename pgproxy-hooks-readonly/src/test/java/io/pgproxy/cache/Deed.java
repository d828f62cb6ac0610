package io.pgproxy.cache;

import java.util.List;

/** One statement of a pipeline. */
sealed interface Deed {
    /** {@return its text, with $1 for its parameters} */
    String sql();

    /** {@return its parameters: numbers and texts} */
    List<Object> values();

    /** {@return its text with its parameters in their places} */
    default String literal() {
        String text = sql();
        for (int i = 0; i < values().size(); i++) {
            Object value = values().get(i);
            text = text.replace("$" + (i + 1), value instanceof String ? "'" + value + "'" : value.toString());
        }
        return text;
    }

    /** A question. */
    record Read(Question question, String echo, Judge judge) implements Deed {
        @Override
        public String sql() {
            return question.sql().replace("?", "$1");
        }

        @Override
        public List<Object> values() {
            if (question.parameters() == 0) {
                return List.of();
            }
            return List.of(question.extra() == Question.Extra.ECHO ? echo : (Object) 1);
        }
    }

    /** What raises the version of a row, and returns it. */
    record Write(Target target, String tag, String sql, List<Object> values) implements Deed {}

    /** What begins or ends a transaction, or does nothing that matters. */
    record Control(String sql) implements Deed {
        static final Control BEGIN = new Control("BEGIN");
        static final Control COMMIT = new Control("COMMIT");
        static final Control ROLLBACK = new Control("ROLLBACK");

        @Override
        public List<Object> values() {
            return List.of();
        }
    }
}
