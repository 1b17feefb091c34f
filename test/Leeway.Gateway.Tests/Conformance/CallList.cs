using System.Reflection;

namespace Leeway.Gateway.Tests.Conformance;

/// <summary>The calls of a .NET client, each with its own checks. A failure ends its call, not the run.</summary>
internal sealed class CallList(string package, Assembly assembly)
{
    private readonly List<SdkCall> _calls = [];

    public SdkRun Run => new($"NuGet {package} {Version(assembly)}", [.. _calls]);

    /// <summary>Makes a call and checks it.</summary>
    /// <param name="body">Returns what to tell of the outcome.</param>
    public async Task MakeAsync(string name, Func<Task<string>> body)
    {
        try
        {
            _calls.Add(new SdkCall(name, true, await body()));
        }
#pragma warning disable CA1031 // Whatever a client or a check throws is the outcome of its call.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _calls.Add(new SdkCall(name, false, $"{exception.GetType().Name}: {exception.Message}"));
        }
    }

    /// <summary>Makes a call that has to throw exactly this type of the client's exceptions.</summary>
    public Task RefuseAsync<T>(string name, Func<Task> body, Action<T>? check = null)
        where T : Exception => MakeAsync(name, async () =>
        {
            T exception = await Assert.ThrowsAsync<T>(body);
            check?.Invoke(exception);
            return typeof(T).Name;
        });

    private static string Version(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
