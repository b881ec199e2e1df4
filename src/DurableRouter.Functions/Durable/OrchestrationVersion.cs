using System.Globalization;
using DurableRouter.Core.Durability;

namespace DurableRouter.Functions.Durable;

/// <summary>The workflow's version as Durable Task carries it.</summary>
static class OrchestrationVersion
{
    /// <summary><c>3.0</c>. With a minor part Durable Task compares versions as numbers; <c>10</c> and <c>9</c> it would compare as text.</summary>
    public static string Format(int version) => string.Create(CultureInfo.InvariantCulture, $"{version}.0");

    /// <summary>The number before the dot; 1 for an orchestration without a version.</summary>
    /// <exception cref="FormatException">The orchestration was not started by <see cref="IRunClient"/>.</exception>
    public static int Parse(string? version) =>
        string.IsNullOrEmpty(version) ? 1 : int.Parse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture);
}
