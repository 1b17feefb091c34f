using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Leeway.Load.Processes;

/// <summary>nginx as a relay: two workers, connections kept upstream, no access log, no buffering.</summary>
internal static class Nginx
{
    public static Task<ServerProcess> StartAsync(string folder, Uri upstream)
    {
        Directory.CreateDirectory(folder);
        int port = FreePort();
        string file = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(file, Config(folder, upstream, port));
        return ServerProcess.StartOtherAsync("nginx", new ProcessStartInfo("nginx", ["-p", folder, "-c", file]), new Uri($"http://127.0.0.1:{port}/"));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Config(string folder, Uri upstream, int port) => $$"""
        daemon off;
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        worker_processes 2;
        pid {{folder}}/nginx.pid;
        error_log {{folder}}/error.log crit;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/body;
          proxy_temp_path {{folder}}/proxy;
          fastcgi_temp_path {{folder}}/fastcgi;
          uwsgi_temp_path {{folder}}/uwsgi;
          scgi_temp_path {{folder}}/scgi;
          keepalive_requests 1000000000;
          upstream provider {
            server {{upstream.Host}}:{{upstream.Port}};
            keepalive 512;
            keepalive_requests 1000000000;
          }
          server {
            listen 127.0.0.1:{{port}};
            location / {
              proxy_pass http://provider;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_buffering off;
              proxy_request_buffering off;
            }
          }
        }
        """;
}
