package io.pgproxy.cache;

import java.util.List;
import java.util.Random;

/**
 * A query of the {@link World}: slot, version, tag, and maybe something that depends on who asks.
 *
 * @param parameters none, one that is an id, or one that comes back
 */
record Question(String sql, Extra extra, int parameters) {
    /** What the fourth column shows. */
    enum Extra {
        NONE,
        TIME,
        USER,
        ECHO,
        OWNER,
        PATH,
        GENERATION
    }

    /** One that takes the server a while; it is asked to be cancelled. */
    static final Question SLOW =
            plain("SELECT slot, v, tag FROM plain, (SELECT count(*) FROM generate_series(1, 60000)) slow");

    static final List<Question> ALL = List.of(
            plain("SELECT slot, v, tag FROM plain"),
            plain("SELECT slot, v, tag FROM public.plain WHERE id = 1"),
            plain("SELECT slot, v, tag FROM \"plain\""),
            new Question("SELECT slot, v, tag, at::text FROM plain", Extra.TIME, 0),
            new Question("SELECT slot, v, tag, at::text FROM noted WHERE id = ?", Extra.TIME, 1),
            new Question("SELECT slot, v, tag, current_user::text FROM noted", Extra.USER, 0),
            new Question("SELECT slot, v, tag, ?::text FROM noted WHERE id = 1", Extra.ECHO, 1),
            plain("SELECT slot, v, tag FROM audit"),
            plain("SELECT slot, v, tag FROM part"),
            plain("SELECT slot, v, tag FROM part_1"),
            plain("SELECT part.slot, part.v, part.tag FROM part JOIN plain USING (id)"),
            plain("SELECT slot, v, tag FROM base"),
            plain("SELECT slot, v, tag FROM heir"),
            plain("SELECT slot, v, tag FROM key"),
            plain("SELECT slot, v, '' FROM child"),
            plain("SELECT child.slot, child.v, key.tag FROM child JOIN key USING (v)"),
            new Question("SELECT slot, v, tag FROM same", Extra.PATH, 0),
            plain("SELECT slot, v, tag FROM s1.same"),
            plain("SELECT slot, v, tag FROM s2.same WHERE EXISTS (SELECT FROM plain)"),
            new Question("SELECT slot, v, tag, owner::text FROM secret", Extra.OWNER, 0),
            plain("SELECT slot, v, tag FROM outer_view"),
            plain("WITH x AS (SELECT * FROM inner_view) SELECT slot, v, tag FROM x"),
            new Question("SELECT slot, v, tag, generation FROM switched", Extra.GENERATION, 0),
            plain("SELECT slot, v, tag FROM stored"),
            plain("SELECT slot, v, tag FROM cleared"),
            plain("SELECT slot, v, tag FROM remade"));

    private static Question plain(String sql) {
        return new Question(sql, Extra.NONE, 0);
    }

    /** {@return a question that may well show a row, such as one that has just been written} */
    static Question about(Target target, Random random) {
        String name = target.table().substring(target.table().indexOf('.') + 1);
        while (true) {
            Question question = ALL.get(random.nextInt(ALL.size()));
            if (question.sql.contains(name) || random.nextInt(ALL.size()) == 0) {
                return question;
            }
        }
    }
}
