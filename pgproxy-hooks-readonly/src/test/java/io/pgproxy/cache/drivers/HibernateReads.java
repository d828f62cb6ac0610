package io.pgproxy.cache.drivers;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.hibernate.Hibernate;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.hibernate.dialect.PostgreSQLDialect;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** Hibernate, with entities and queries of its own making. */
final class HibernateReads implements Reads, AutoCloseable {
    private final PGSimpleDataSource source = new PGSimpleDataSource();
    private final SessionFactory factory;

    HibernateReads() {
        Configuration configuration = new Configuration();
        configuration.getProperties().put("hibernate.connection.datasource", source);
        configuration.getProperties().put("hibernate.boot.allow_jdbc_metadata_access", false);
        configuration.getProperties().put("hibernate.dialect", PostgreSQLDialect.class.getName());
        factory = configuration
                .addAnnotatedClass(Kind.class)
                .addAnnotatedClass(Part.class)
                .buildSessionFactory();
    }

    @Override
    public void run(Place place) {
        source.setUrl(place.jdbcUrl("prepareThreshold=2"));
        for (int i = 0; i < 2; i++) {
            factory.inTransaction(HibernateReads::read);
            factory.inSession(HibernateReads::read);
        }
    }

    @Override
    public void close() {
        factory.close();
    }

    /** As pgjdbc does, which is below it. */
    @Override
    public boolean closesAtAnyTime() {
        return true;
    }

    private static void read(Session session) {
        session.setDefaultReadOnly(true);
        for (int id = 1; id <= 4; id++) {
            Kind kind = session.find(Kind.class, id);
            if (kind != null) {
                Hibernate.initialize(kind.parts);
                session.refresh(kind);
            }
        }
        session.clear();
        session.createQuery("from Kind k left join fetch k.parts order by k.id", Kind.class)
                .getResultList();
        session.createQuery("from Part p where p.of.id in :ids order by p.id", Part.class)
                .setParameter("ids", List.of(1, 3))
                .setFirstResult(1)
                .setMaxResults(2)
                .getResultList();
        session.createNativeQuery("select id, txt from many order by id", Object[].class)
                .setFetchSize(7)
                .getResultList();
    }

    /** Some columns of a row. */
    @Entity(name = "Kind")
    @Table(name = "kinds")
    static final class Kind {
        @Id
        int id;

        @Nullable
        BigDecimal num;

        @Nullable
        Double f8;

        @Nullable
        Boolean flag;

        @Nullable
        String txt;

        byte @Nullable [] bin;

        @Nullable
        LocalDate d;

        @Nullable
        OffsetDateTime tz;

        @Nullable
        UUID u;

        Integer @Nullable [] ints;

        @OneToMany(mappedBy = "of")
        List<Part> parts = List.of();
    }

    /** What refers to it. */
    @Entity(name = "Part")
    @Table(name = "part")
    static final class Part {
        @Id
        int id;

        @ManyToOne
        @JoinColumn(name = "of")
        @Nullable
        Kind of;

        @Column
        @Nullable
        String label;
    }
}
