package io.pgproxy.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a pipeline reads, writes, begins and ends. */
final class RandomDeeds {
    private final World world;
    private final Random random;
    private final Persona persona;
    private final String name;
    private boolean inBlock;

    /** What was written last in this pipeline: often asked for next, as its writer must see it. */
    private Target written;

    RandomDeeds(World world, Random random, Persona persona, String name) {
        this.world = world;
        this.random = random;
        this.persona = persona;
        this.name = name;
    }

    /**
     * Several units, each a Query or a batch that ends with Sync.
     *
     * @param begun whether a block is open
     */
    void inPipeline(boolean begun, int units, RandomPipeline pipeline) {
        inBlock = begun;
        written = begun ? written : null;
        for (int i = 0; i < units; i++) {
            if (random.nextInt(4) == 0) {
                pipeline.query(some(random.nextBoolean() ? 1 : random.nextInt(2, 5)));
            } else {
                pipeline.batch(some(random.nextInt(1, 7)));
            }
        }
        if (inBlock && random.nextInt(4) > 0) {
            pipeline.batch(List.of(end()));
        }
    }

    Deed slow() {
        return read(Question.SLOW);
    }

    private List<Deed> some(int count) {
        List<Deed> deeds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            deeds.add(one());
        }
        return deeds;
    }

    /** Writes are rare, but for those in blocks. */
    private Deed one() {
        int what = random.nextInt(100);
        if (what < (inBlock ? 20 : 2)) {
            return write();
        }
        if (what > (inBlock ? 80 : 97)) {
            return inBlock ? end() : begin();
        }
        return read(
                written != null && random.nextBoolean()
                        ? Question.about(written, random)
                        : Question.ALL.get(random.nextInt(Question.ALL.size())));
    }

    private Deed begin() {
        if (random.nextInt(5) == 0) {
            return Deed.Control.COMMIT; // of what came before it in the batch, with a warning
        }
        inBlock = true;
        return Deed.Control.BEGIN;
    }

    private Deed end() {
        inBlock = false;
        return random.nextInt(4) == 0 ? Deed.Control.ROLLBACK : Deed.Control.COMMIT;
    }

    private Deed read(Question question) {
        String echo = Asker.ECHOES.get(random.nextInt(Asker.ECHOES.size()));
        return new Deed.Read(question, echo, new Judge(world, question, echo, persona, name));
    }

    private Deed write() {
        Target target = target();
        written = target;
        String table = target.tables().get(random.nextInt(target.tables().size()));
        String tag = world.newTag();
        String set = " SET v = v + 1, tag = $1 WHERE id = $2 RETURNING v";
        List<Object> values = List.of(tag, target.id());
        Deed.Write write = new Deed.Write(target, tag, "UPDATE " + table + set, values);
        return switch (random.nextInt(4)) {
            case 0 -> new Deed.Write(target, tag, write.literal(), List.of());
            case 1 ->
                new Deed.Write(target, tag, "WITH made AS (UPDATE " + table + set + ") SELECT v FROM made", values);
            default -> write;
        };
    }

    private Target target() {
        while (true) {
            Target target = Target.ALL.get(random.nextInt(Target.ALL.size()));
            if (!target.isSecret() || persona.sees(target.slot())) {
                return target;
            }
        }
    }
}
