using Leeway.Gateway.Tests.Support;

namespace Leeway.Gateway.Tests.Access.Matrix;

/// <summary>A kind of id in the paths of the public listener, and how to come by such ids.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Prefix">The beginning of its routes, up to and with the parameter.</param>
/// <param name="MakeAsync">Makes objects with a key and a mark, in as many states as matter, and returns their ids. The mark goes into all that has text.</param>
/// <param name="Foreign">Ids as vendors make them.</param>
/// <param name="DeleteAsync">Deletes one; null when nothing of the kind can be deleted by its owner.</param>
internal sealed record IdKind(
    string Name, string Prefix, Func<TestGateway, string, string, Task<string[]>> MakeAsync, string[] Foreign, Func<TestGateway, string, string, Task>? DeleteAsync = null)
{
    public bool Covers(string route) => route == Prefix || route.StartsWith(Prefix + "/", StringComparison.Ordinal);
}
