namespace Leeway.Tests.Simulation;

/// <summary>Public traces beside the repository; a test that needs a missing one says that it skips.</summary>
internal static class SharedData
{
    public static string Find(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "..", "shared", "data", name);
            if (Directory.Exists(candidate))
            {
                return Path.GetFullPath(candidate);
            }
        }

        Assert.Skip($"The trace {name} is not in ../shared/data.");
        return "";
    }
}
