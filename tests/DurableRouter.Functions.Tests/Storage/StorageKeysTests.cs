using Azure.Data.Tables;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Storage;

public sealed class StorageKeysTests
{
    [Theory]
    [InlineData("run-1/reason[3]/0/1")]
    [InlineData("a\\b#c?d\te\u007ff!g%h'i+j k")]
    [InlineData("ключ \ud83d\ude00")]
    [InlineData("")]
    public async Task Escape_AnyText_IsAKeyThatTheServiceTakes(string text)
    {
        var storage = await TestStorage.CreateAsync();

        Assert.True(await storage.Outbox.TryAddAsync(new TableEntity("p", "k" + StorageKeys.Escape(text)), default));
        Assert.NotNull(await storage.Outbox.FindAsync("p", "k" + StorageKeys.Escape(text), default));
    }

    [Fact]
    public void Escape_DifferentTexts_NeverMeet()
    {
        string[] texts = ["a/b", "a!b", "a!002fb", "a\\b", new string('x', 500), new string('x', 501), new string('x', 400)];

        Assert.Equal(texts.Length, texts.Select(StorageKeys.Escape).Distinct().Count());
        Assert.All(texts, text => Assert.InRange(StorageKeys.Escape(text).Length, 1, 400));
    }

    [Fact]
    public void Newest_LaterTimes_ComeFirst()
    {
        var times = new[] { new DateTimeOffset(2025, 12, 31, 23, 59, 59, TimeSpan.Zero), new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2026, 1, 1, 0, 0, 1, TimeSpan.Zero) };

        Assert.Equal(times.Reverse(), times.OrderBy(t => StorageKeys.NewestDay(t) + StorageKeys.NewestFirst(t, "run"), StringComparer.Ordinal));
        Assert.Equal(times, times.OrderBy(t => StorageKeys.OldestFirst(t, "run"), StringComparer.Ordinal));
    }

    [Fact]
    public void Column_OfTheLongestTag_IsNoLongerThanTheServiceTakes()
    {
        var columns = new[] { "team", new string('x', 128), new string('x', 127) + "y", new string('語', 128) }.Select(RunEntity.TagName).ToList();

        Assert.Equal(columns.Count, columns.Distinct().Count());
        Assert.All(columns, column => Assert.InRange(column.Length, 1, 255));
    }
}
