package runner

import java.nio.channels.FileChannel

/** Numbers builds and gives each a folder, as a controller does: two builds never share one. */
class Workspaces {
    private static final List<FileChannel> s_leases = []

    private final File m_folder

    Workspaces(File folder) {
        m_folder = folder
    }

    /** Making the folder takes the number, so that two runners that start at once get two. */
    String nextNumber() {
        m_folder.mkdirs()
        int number = (m_folder.list().findAll { it.isInteger() }*.toInteger().max() ?: 0) + 1
        while (!of(number.toString()).mkdir()) {
            number++
        }
        return number
    }

    File of(String number) {
        return new File(m_folder, number)
    }

    /** `wanted`, or wanted@2 and so on while other builds run in it, as Jenkins names them; ours until we exit. */
    static File lease(File wanted) {
        for (int number = 1; ; number++) {
            File folder = number == 1 ? wanted : new File("${wanted.path}@${number}")
            folder.mkdirs()
            new File("${folder.path}@tmp").mkdirs()
            FileChannel channel = new RandomAccessFile("${folder.path}@tmp/lease", 'rw').channel
            if (channel.tryLock() != null) {
                s_leases << channel
                return folder
            }
            channel.close()
        }
    }
}
