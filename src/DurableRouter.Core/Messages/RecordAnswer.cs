using DurableRouter.Core.Values;

namespace DurableRouter.Core.Messages;

/// <summary>The input of the activity <c>RecordAnswer</c>. Persisted.</summary>
/// <param name="Approval">The approval that the answer came by.</param>
/// <param name="DecidedAt">UTC; the row's start, so that a redelivery writes the same row.</param>
public sealed record RecordAnswer(int SchemaVersion, string Key, string Definition, string Step, int Revision, int Ordinal, string Rule,
    string Approval, string Subject, DateTimeOffset DecidedAt, FieldValue Answer, IReadOnlyList<NamedField> Fields, IReadOnlyList<NamedField> Evidence);
