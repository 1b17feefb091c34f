using Leeway.Sandbox.Vendors;

namespace Leeway.Sandbox;

/// <summary>A vendor the sandbox can speak for.</summary>
public sealed class SandboxVendor
{
    internal SandboxVendor(SandboxKind kind, string name, string title, string basePath, string calls, Func<SandboxWorld, Vendor> open)
    {
        Kind = kind;
        Name = name;
        Title = title;
        BasePath = basePath;
        Calls = calls;
        Open = open;
    }

    public SandboxKind Kind { get; }

    /// <summary>On the command line.</summary>
    public string Name { get; }

    /// <summary>In sentences.</summary>
    public string Title { get; }

    /// <summary>What a client's base URL adds to the sandbox's origin; empty adds nothing.</summary>
    public string BasePath { get; }

    /// <summary>What is served, in words.</summary>
    public string Calls { get; }

    internal Func<SandboxWorld, Vendor> Open { get; }
}
