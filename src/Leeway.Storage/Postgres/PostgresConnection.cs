using Npgsql;

namespace Leeway.Storage.Postgres;

/// <summary>The connection string of the configuration, in the driver's words or as a <c>postgres://</c> address.</summary>
internal static class PostgresConnection
{
    // Statements are constants: each is prepared once it has been used twice.
    private const int Prepared = 256;

    /// <summary>Reads it. What it does not say is set as Leeway needs it.</summary>
    /// <exception cref="PostgresConnectionException">It lacks something.</exception>
    /// <exception cref="ArgumentException">It cannot be read; the message may repeat parts of it.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string connection)
    {
        NpgsqlConnectionStringBuilder settings = Uri.TryCreate(connection, UriKind.Absolute, out Uri? address) && address.Scheme is "postgres" or "postgresql"
            ? FromAddress(address)
            : new NpgsqlConnectionStringBuilder(connection);
        if (settings.Host is null)
        {
            throw new PostgresConnectionException("it names no host");
        }

        settings.ApplicationName ??= "leeway";
        settings.Pooling = false;
        settings.Enlist = false;
        settings.NoResetOnClose = true;
        settings.IncludeErrorDetail = false;
        settings.PersistSecurityInfo = false;
        SetUnlessSaid(settings, "Max Auto Prepare", Prepared);
        SetUnlessSaid(settings, "Timeout", 5);
        SetUnlessSaid(settings, "Command Timeout", 30);
        SetUnlessSaid(settings, "Tcp Keepalive", true);
        SetUnlessSaid(settings, "Write Buffer Size", 64 * 1024);
        SetUnlessSaid(settings, "Read Buffer Size", 64 * 1024);
        return settings;
    }

    /// <summary>Connections of these settings, without what would need reflection.</summary>
    public static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString);
        builder.EnableTransportSecurity();
        builder.EnableIntegratedSecurity();
        builder.EnableArrays();
        return builder.Build();
    }

    private static void SetUnlessSaid(NpgsqlConnectionStringBuilder settings, string name, object value)
    {
#pragma warning disable CA1841 // ContainsKey of this builder knows every name that could be said.
        if (!settings.Keys.Contains(name))
#pragma warning restore CA1841
        {
            settings[name] = value;
        }
    }

    private static NpgsqlConnectionStringBuilder FromAddress(Uri address)
    {
        var settings = new NpgsqlConnectionStringBuilder { Host = address.Host, Database = Uri.UnescapeDataString(address.AbsolutePath.Trim('/')) };
        if (!address.IsDefaultPort && address.Port > 0)
        {
            settings.Port = address.Port;
        }

        string[] user = address.UserInfo.Split(':', 2);
        if (user[0].Length > 0)
        {
            settings.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length == 2)
        {
            settings.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (string pair in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            settings[Name(Uri.UnescapeDataString(parts[0]))] = Uri.UnescapeDataString(parts.Length == 2 ? parts[1] : "").Replace("-", "", StringComparison.Ordinal);
        }

        return settings;
    }

    // The names of libpq, where the driver has another one.
    private static string Name(string name) => name switch
    {
        "sslmode" => "SSL Mode",
        "sslrootcert" => "Root Certificate",
        "sslcert" => "SSL Certificate",
        "sslkey" => "SSL Key",
        "application_name" => "Application Name",
        "connect_timeout" => "Timeout",
        _ => name,
    };
}
