package io.pgproxy.core;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.pgproxy.core.memory.MemoryConnection;
import io.pgproxy.core.memory.MemoryProxy;
import io.pgproxy.core.memory.ProxySocketFactory;
import io.pgproxy.fanout.FanOut;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentMap;

/** Dependencies run in one direction, and what the house rules forbid is not there. */
@AnalyzeClasses(packages = "io.pgproxy", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String INTERNAL = "io.pgproxy..internal..";
    private static final String TLS = "io.pgproxy.core.internal.tls";
    private static final String SESSION = "io.pgproxy.core.internal.session";
    /**
     * Those who compose a proxy, with listeners or in memory, who connects to it by name, and upstreams of upstreams.
     */
    private static final Class<?>[] ROOTS = {
        ProxyServer.class,
        ProxyServerBuilder.class,
        MemoryProxy.class,
        MemoryConnection.class,
        ProxySocketFactory.class,
        FanOut.class
    };

    private static final String[] LIBRARIES = {"io.pgproxy.protocol..", "io.pgproxy.core.."};

    @ArchTest
    static final ArchRule THE_PROTOCOL_DOES_NOT_KNOW_THE_PROXY = noClasses()
            .that()
            .resideInAPackage("io.pgproxy.protocol..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.pgproxy.core..");

    @ArchTest
    static final ArchRule A_BACKEND_KNOWS_NO_SESSION = noClasses()
            .that()
            .resideInAPackage("io.pgproxy.core.backend..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.pgproxy.core", INTERNAL).and(not(resideInAPackage(TLS))));

    /** Both ends of the proxy encrypt, by the same means. */
    @ArchTest
    static final ArchRule ENCRYPTION_KNOWS_NOTHING_OF_WHAT_IT_ENCRYPTS = noClasses()
            .that()
            .resideInAPackage(TLS)
            .should()
            .dependOnClassesThat(resideInAPackage("io.pgproxy..")
                    .and(not(resideInAPackage(TLS)))
                    .and(not(resideInAPackage("io.pgproxy.tls"))));

    @ArchTest
    static final ArchRule A_SESSION_KNOWS_NO_SERVER = noClasses()
            .that()
            .resideInAPackage(SESSION)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.pgproxy.core.internal.server..");

    @ArchTest
    static final ArchRule NOTHING_INSIDE_KNOWS_THE_COMPOSITION_ROOT = noClasses()
            .that()
            .resideInAPackage(INTERNAL)
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(ROOTS);

    @ArchTest
    static final ArchRule ONLY_THE_COMPOSITION_ROOT_REACHES_INSIDE = noClasses()
            .that()
            .resideOutsideOfPackages(INTERNAL, "io.pgproxy.sql..") // which has an inside of its own
            .and()
            .doNotBelongToAnyOf(ROOTS)
            .and(not(resideInAPackage("io.pgproxy.core.backend")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(INTERNAL);

    @ArchTest
    static final ArchRule THE_COMPOSITION_ROOT_SHOWS_NOTHING_OF_THE_INSIDE = members()
            .that()
            .areDeclaredInClassesThat()
            .belongToAnyOf(ROOTS)
            .and(describe(
                    "are exported",
                    member -> member.getModifiers().contains(PUBLIC)
                            || member.getModifiers().contains(PROTECTED)))
            .should(nameNoTypeOf(INTERNAL));

    @ArchTest
    static final ArchRule A_SESSION_KNOWS_NO_NETTY_BUT_BUFFERS_AND_ITS_LOOP = noClasses()
            .that()
            .resideInAPackage(SESSION)
            .and()
            .doNotHaveSimpleName("ClientPort")
            .should()
            .dependOnClassesThat(resideInAPackage("io.netty..")
                    .and(not(resideInAPackage("io.netty.buffer..")))
                    .and(not(resideInAPackage("io.netty.util..")))
                    .and(not(type(EventLoop.class)))
                    .and(not(type(Channel.class))));

    @ArchTest
    static final ArchRule A_SESSION_IS_GIVEN_ITS_CHANNEL_FOR_THE_PORT = classes()
            .that()
            .resideInAPackage(SESSION)
            .and()
            .doNotHaveSimpleName("ClientPort")
            .and()
            .areNotAssignableTo("io.pgproxy.core.internal.session.Session")
            .should()
            .onlyDependOnClassesThat(not(type(Channel.class)));

    @ArchTest
    static final ArchRule ONLY_THE_PORT_KEEPS_A_CHANNEL = noFields()
            .that()
            .areDeclaredInClassesThat()
            .resideInAPackage(SESSION)
            .and()
            .areDeclaredInClassesThat()
            .doNotHaveSimpleName("ClientPort")
            .should()
            .haveRawType(assignableTo(Channel.class));

    @ArchTest
    static final ArchRule STATICS_ARE_CONSTANTS = fields().that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(LIBRARIES)
            .and()
            .areStatic()
            .should()
            .beFinal();

    @ArchTest
    static final ArchRule STATICS_HOLD_NOTHING_THAT_CHANGES = noFields()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(LIBRARIES)
            .and()
            .areStatic()
            .should()
            .haveRawType(changing());

    @ArchTest
    static final ArchRule LOGS_GO_TO_SLF4J =
            noClasses().should().dependOnClassesThat().resideInAPackage("java.util.logging..");

    @ArchTest
    static final ArchRule NOTHING_IS_PRINTED = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses()
            .that()
            .resideInAnyPackage(LIBRARIES)
            .should()
            .callMethodWhere(describe(
                    "it is Thread.sleep",
                    call -> call.getTargetOwner().isEquivalentTo(Thread.class)
                            && call.getName().equals("sleep")));

    @ArchTest
    static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS =
            noClasses().should().haveNameMatching(".*(Utils?|Helper|Manager|Impl)(\\$.*)?");

    private static DescribedPredicate<JavaClass> changing() {
        return describe(
                "a type made to be changed",
                type -> type.getPackageName().equals("java.util.concurrent.atomic")
                        || type.isAssignableTo(ConcurrentMap.class)
                        || type.isAssignableTo(Queue.class)
                        || type.isAssignableTo(ThreadLocal.class)
                        || type.isAssignableTo(Appendable.class));
    }

    private static ArchCondition<JavaMember> nameNoTypeOf(String packages) {
        DescribedPredicate<JavaClass> inside = resideInAPackage(packages);
        return new ArchCondition<>("name no type of " + packages) {
            @Override
            public void check(JavaMember member, ConditionEvents events) {
                List<JavaClass> named =
                        member.getAllInvolvedRawTypes().stream().filter(inside).toList();
                if (!named.isEmpty()) {
                    events.add(SimpleConditionEvent.violated(member, member.getDescription() + " names " + named));
                }
            }
        };
    }
}
