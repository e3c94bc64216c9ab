// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "rowsmodel_p.h"

#include <QtCore/qcoreapplication.h>
#include <QtCore/qlist.h>
#include <QtCore/qstringlist.h>
#include <QtTest/qtest.h>

#include <memory>
#include <optional>

using namespace AsyncMySql;
using namespace Qt::StringLiterals;
using Load = RowsModelPrivate::Load;
using Property = RowsModelPrivate::Property;

/// What models of rows have in common, without rows.
class tst_RowsModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneLoadIsStartedForAll();
    void loadWaitsForTheEndOfChanges();
    void endOfAChangeIsCaughtUpOnlyWhereSomethingWaits();
    void changesEndWithTheModel();
    void whatIsDifferentIsPublished();
    void failureIsPublishedFirst();
    void slotsMayDeleteTheModel();
};

namespace {

class Model : public QAbstractTableModel
{
public:
    class Private : public RowsModelPrivate
    {
    public:
        explicit Private(Model *owner)
            : RowsModelPrivate(owner)
            , q(owner)
        {
        }

        void start(Load load) override { loads.append(load); }
        void catchUp() override
        {
            ++catchUps;
            startScheduled();
        }
        void refreshShown() override {}
        void randomRowsReplaced(const Models::RandomAccessReader &) override {}
        bool dropUnbegun() override { return false; }
        Published toPublish() const override { return next; }
        void notify(Property property) override
        {
            notified.append(property);
            if (property == deletesAt)
                delete q;
        }
        void notifyOfError(const Error &newError) override
        {
            notifiedBeforeError = notified.size();
            told = newError;
        }

        Model *const q;
        Published next;
        QList<Load> loads;
        QList<Property> notified;
        qsizetype notifiedBeforeError = -1;
        Error told;
        int catchUps = 0;
        std::optional<Property> deletesAt;
    };

    int rowCount(const QModelIndex & = {}) const override { return 0; }
    int columnCount(const QModelIndex & = {}) const override { return 0; }
    QVariant data(const QModelIndex &, int) const override { return {}; }

    std::unique_ptr<Private> d = std::make_unique<Private>(this);
};

} // namespace

void tst_RowsModel::oneLoadIsStartedForAll()
{
    Model model;
    model.d->schedule(Load::Refresh);
    model.d->schedule(Load::Replace);
    model.d->schedule(Load::Refresh);
    QVERIFY(model.d->loads.isEmpty());
    QCoreApplication::processEvents();
    QCOMPARE(model.d->loads, QList<Load>{Load::Replace});
    model.d->schedule(Load::Refresh);
    model.d->scheduled.reset();
    QCoreApplication::processEvents();
    QCOMPARE(model.d->loads.size(), 1);
}

void tst_RowsModel::loadWaitsForTheEndOfChanges()
{
    Model model;
    {
        const RowsModelPrivate::Change change(model.d.get());
        model.d->schedule(Load::Refresh);
        QCoreApplication::processEvents();
        QVERIFY(model.d->loads.isEmpty());
        {
            const RowsModelPrivate::Change nested(model.d.get());
        }
        QCoreApplication::processEvents();
        QVERIFY(model.d->loads.isEmpty());
    }
    QVERIFY(model.d->loads.isEmpty());
    QCoreApplication::processEvents();
    QCOMPARE(model.d->loads, QList<Load>{Load::Refresh});
    QCOMPARE(model.d->catchUps, 1);
}

void tst_RowsModel::endOfAChangeIsCaughtUpOnlyWhereSomethingWaits()
{
    Model model;
    QVERIFY(!model.d->mustWait());
    {
        const RowsModelPrivate::Change change(model.d.get());
        QVERIFY(model.d->isChanging());
    }
    QVERIFY(!model.d->isChanging());
    QCoreApplication::processEvents();
    QCOMPARE(model.d->catchUps, 0);
    {
        const RowsModelPrivate::Change change(model.d.get());
        QVERIFY(model.d->mustWait());
    }
    QCoreApplication::processEvents();
    QCOMPARE(model.d->catchUps, 1);
}

void tst_RowsModel::changesEndWithTheModel()
{
    auto model = std::make_unique<Model>();
    const RowsModelPrivate::Change change(model->d.get());
    QVERIFY(!change.isModelGone());
    QVERIFY(model->d->mustWait());
    model.reset();
    QVERIFY(change.isModelGone());
}

void tst_RowsModel::whatIsDifferentIsPublished()
{
    Model model;
    model.d->publish();
    QVERIFY(model.d->notified.isEmpty());
    model.d->next.loading = true;
    model.d->next.count = 3;
    model.d->next.columnNames = QStringList{u"id"_s};
    model.d->publish();
    const QList<Property> properties{Property::ColumnNames, Property::Count, Property::Loading};
    QCOMPARE(model.d->notified, properties);
    QCOMPARE(model.d->published.count, 3);
    model.d->publish();
    QCOMPARE(model.d->notified, properties);
}

void tst_RowsModel::failureIsPublishedFirst()
{
    Model model;
    model.d->next.complete = true;
    model.d->fail(Error(Error::Cancelled, u"Cancelled"_s));
    QCOMPARE(model.d->notifiedBeforeError, 1);
    QCOMPARE(model.d->told.code(), Error::Cancelled);
    QCOMPARE(model.d->error.code(), Error::Cancelled);
}

void tst_RowsModel::slotsMayDeleteTheModel()
{
    QPointer<Model> model(new Model);
    model->d->deletesAt = Property::Count;
    model->d->next.count = 1;
    model->d->next.loading = true;
    model->d->fail(Error(Error::Cancelled, u"Cancelled"_s));
    QVERIFY(!model);
}

QTEST_GUILESS_MAIN(tst_RowsModel)
#include "tst_rowsmodel.moc"
