package io.pgproxy.core.pool.workload;

import jakarta.persistence.CascadeType;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OrderBy;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;

/** Of one thread of the workload: numbered by a sequence, fifty at a time, and with a version. */
@Entity
@Table(name = "author", schema = "public")
class Author {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "author_number")
    @SequenceGenerator(name = "author_number", sequenceName = "author_number", schema = "public")
    Long id;

    @Version
    int version;

    @Column(nullable = false, unique = true)
    String name;

    String motto;

    @OneToMany(mappedBy = "author", cascade = CascadeType.ALL, orphanRemoval = true)
    @OrderBy("id")
    List<Book> books = new ArrayList<>();

    /** For Hibernate. */
    protected Author() {}

    Author(String name, String motto) {
        this.name = name;
        this.motto = motto;
    }

    void wrote(String title) {
        books.add(new Book(this, title));
    }
}
