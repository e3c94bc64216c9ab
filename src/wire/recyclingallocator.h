// SPDX-FileCopyrightText: The AsyncMySql authors
// SPDX-License-Identifier: MIT

#pragma once

#include <QtCore/qglobal.h>

#include <cstddef>
#include <memory>
#include <new>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#define ASYNCMYSQL_RECYCLES_MEMORY 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ASYNCMYSQL_RECYCLES_MEMORY 0
#endif
#endif
#ifndef ASYNCMYSQL_RECYCLES_MEMORY
#define ASYNCMYSQL_RECYCLES_MEMORY 1
#endif

namespace AsyncMySql::Wire {

/// Blocks of one size that a thread keeps. It has no destructor: objects of static lifetime are
/// destroyed after those of their thread.
struct KeptMemory
{
    struct Block
    {
        Block *next;
    };

    Block *first = nullptr;
    int count = 0;
    /// 0 before the first one, and when the thread ends.
    int maximum = 0;
    bool hasBegun = false;

    void add(void *memory) noexcept
    {
        first = new (memory) Block{first};
        ++count;
    }
    void *take() noexcept
    {
        --count;
        return std::exchange(first, first->next);
    }
};

/// The memory of objects that come and go with every statement: a thread keeps what it frees for
/// the next ones of the same size.
///
/// Tens of statements are in flight at a time. A general allocator is quick for a few objects of a
/// size; where there are more, it joins the large ones with their neighbours and parts them again,
/// which costs more than the rest of a small statement. What is kept is bounded, and freed when the
/// thread ends. The address sanitizer has to see each object go: there, nothing is kept.
template <std::size_t Size>
class RecycledMemory
{
public:
    /// Of each size, in each thread.
    static constexpr int MaximumKept = ASYNCMYSQL_RECYCLES_MEMORY ? 128 : 0;

    static void *allocate()
    {
        // Where it is costs a call.
        KeptMemory &kept = s_kept;
        return kept.first ? kept.take() : ::operator new(Size);
    }

    static void deallocate(void *memory) noexcept
    {
        KeptMemory &kept = s_kept;
        if (Q_LIKELY(kept.count < kept.maximum) || begin(kept))
            kept.add(memory);
        else
            ::operator delete(memory);
    }

    /// In this thread.
    static int keptCount() { return s_kept.count; }

private:
    static_assert(Size >= sizeof(KeptMemory::Block));

    struct End
    {
        ~End()
        {
            s_kept.maximum = 0;
            while (s_kept.first)
                ::operator delete(s_kept.take());
        }
    };

    /// Whether something is kept from now on.
    static bool begin(KeptMemory &kept) noexcept
    {
        if (std::exchange(kept.hasBegun, true) || MaximumKept == 0)
            return false;
        kept.maximum = MaximumKept;
        static thread_local const End end;
        Q_UNUSED(end)
        return true;
    }

    static inline thread_local constinit KeptMemory s_kept;
};

/// For std::allocate_shared().
template <typename T>
class RecyclingAllocator
{
public:
    using value_type = T;

    RecyclingAllocator() = default;
    template <typename Other>
    RecyclingAllocator(const RecyclingAllocator<Other> &) noexcept
    {
    }

    T *allocate(std::size_t count)
    {
        static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
        Q_ASSERT(count == 1);
        return static_cast<T *>(RecycledMemory<sizeof(T)>::allocate());
    }
    void deallocate(T *object, std::size_t count) noexcept
    {
        Q_ASSERT(count == 1);
        RecycledMemory<sizeof(T)>::deallocate(object);
    }

    friend bool operator==(const RecyclingAllocator &, const RecyclingAllocator &) { return true; }
};

/// What std::make_shared() does, with recycled memory.
template <typename T, typename... Arguments>
std::shared_ptr<T> makeRecycled(Arguments &&...arguments)
{
    return std::allocate_shared<T>(RecyclingAllocator<T>(), std::forward<Arguments>(arguments)...);
}

/// The base of a class whose objects have recycled memory when `new` makes them.
template <typename T>
class Recycled
{
public:
    static void *operator new([[maybe_unused]] std::size_t size)
    {
        Q_ASSERT(size == sizeof(T));
        return RecycledMemory<sizeof(T)>::allocate();
    }
    static void operator delete(void *memory) { RecycledMemory<sizeof(T)>::deallocate(memory); }

protected:
    Recycled() = default;
    ~Recycled() = default;
};

} // namespace AsyncMySql::Wire
