namespace DurableRouter.Core.Compilation;

/// <summary>Finds a stored definition by its address, for workflow code and activities alike.</summary>
/// <remarks>Synchronous on purpose: workflow code may call it, and the same address always gives the same definition, so it is as
/// deterministic as a constant. Implementations keep parsed definitions in memory.</remarks>
public interface IDefinitionSource
{
    /// <exception cref="Errors.DurableRouterException">Code <c>definition_missing</c>.</exception>
    CompiledDefinition Get(string sha256);
}
