package io.pgproxy.core.internal.hook;

import io.pgproxy.protocol.BodyReader;
import io.pgproxy.protocol.message.frontend.Describe;
import io.pgproxy.protocol.message.frontend.Target;

/** Decides about the messages of the extended protocol, each by what its name stands for. */
final class ExtendedMessages {
    private final HookSteering steering;
    private final StatementMessages statements;
    private final BindMessages binds;
    private final PortalMessages portals;

    ExtendedMessages(HookSteering steering, Preparation preparation, Admission admission, PreparedTexts prepared) {
        this.steering = steering;
        ServedAnswers served = new ServedAnswers(steering, admission, prepared);
        this.statements = new StatementMessages(steering, preparation, admission, prepared, served);
        this.binds = new BindMessages(steering, preparation, admission, prepared, served);
        this.portals = new PortalMessages(steering, admission, served);
    }

    void parse() {
        statements.parse();
    }

    void bind() {
        binds.bind();
    }

    void describe() {
        Describe describe = Describe.read(steering.frame().body());
        if (describe.target() == Target.STATEMENT) {
            statements.describe(describe.name());
        } else {
            portals.describe(describe.name());
        }
    }

    void execute() {
        portals.execute();
    }

    void close() {
        BodyReader reader = new BodyReader(steering.frame().body());
        byte what = reader.int8();
        String name = reader.string();
        reader.end();
        if (what == 'S') {
            statements.close(name);
        } else {
            portals.close(name);
        }
    }
}
