// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#include "recyclingallocator.h"

#include <QtTest/qtest.h>

#include <array>
#include <memory>
#include <thread>
#include <vector>

using namespace AsyncMySql;

namespace {

struct Large
{
    std::array<char, 600> bytes;
};

struct Object : Wire::Recycled<Object>
{
    std::array<char, 300> bytes;
};

} // namespace

class tst_RecyclingAllocator : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void usesMemoryAgain();
    void keepsNoMoreThanSome();
    void takesWhatOtherThreadsMade();
    void servesNew();
};

void tst_RecyclingAllocator::usesMemoryAgain()
{
    auto object = Wire::makeRecycled<Large>();
    const void *address = object.get();
    object.reset();
    object = Wire::makeRecycled<Large>();
    if (Wire::RecycledMemory<sizeof(Large)>::MaximumKept > 0)
        QCOMPARE(object.get(), address);
}

void tst_RecyclingAllocator::keepsNoMoreThanSome()
{
    constexpr size_t size = 1000;
    using Memory = Wire::RecycledMemory<size>;
    std::vector<void *> blocks;
    for (int i = 0; i < 10 * Memory::MaximumKept + 10; ++i)
        blocks.push_back(Memory::allocate());
    for (void *block : blocks)
        Memory::deallocate(block);
    QCOMPARE(Memory::keptCount(), Memory::MaximumKept);
}

void tst_RecyclingAllocator::takesWhatOtherThreadsMade()
{
    std::vector<std::shared_ptr<Large>> objects;
    std::thread([&objects] {
        for (int i = 0; i < 10; ++i)
            objects.push_back(Wire::makeRecycled<Large>());
    }).join();
    objects.clear();
    std::thread([] {
        // Freed when the thread ends.
        Wire::makeRecycled<Large>().reset();
    }).join();
    QVERIFY(Wire::RecycledMemory<sizeof(Large)>::keptCount()
            <= Wire::RecycledMemory<sizeof(Large)>::MaximumKept);
}

void tst_RecyclingAllocator::servesNew()
{
    auto object = std::make_unique<Object>();
    const void *address = object.get();
    object.reset();
    object = std::make_unique<Object>();
    if (Wire::RecycledMemory<sizeof(Object)>::MaximumKept > 0)
        QCOMPARE(object.get(), address);
}

QTEST_GUILESS_MAIN(tst_RecyclingAllocator)

#include "tst_recyclingallocator.moc"
